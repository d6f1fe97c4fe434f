interface StatusSentence {
  title: string;
  sentence: string;
}

const LATER = 'Try again in a moment.';
const UNREADABLE = {
  title: 'This request cannot be understood',
  sentence:
    'The service cannot read what your browser sent. Go back, load the page again, and try once more.',
};

/** For people, by the status of an answer that nobody of ours has written a sentence for. */
const SENTENCES: Readonly<Record<number, StatusSentence>> = {
  400: UNREADABLE,
  403: { title: 'This is not allowed', sentence: 'You may not do this.' },
  404: { title: 'There is nothing here', sentence: 'No page has this address. Perhaps it was mistyped.' },
  405: { title: 'This cannot be done here', sentence: 'This address takes no such request.' },
  409: {
    title: 'This does not go together',
    sentence: 'Something else has changed meanwhile. Go back, load the page again, and look.',
  },
  413: {
    title: 'That is too much',
    sentence: 'What was sent is larger than this page takes. Go back and send less.',
  },
  429: {
    title: 'That was too often',
    sentence: 'Too much went wrong from where you are. Wait a minute and try again.',
  },
  503: { title: 'The service is temporarily unavailable', sentence: LATER },
};

/** What a person reads about an answer of this status. */
export function statusSentence(status: number): StatusSentence {
  const known = SENTENCES[status];
  if (known) return known;
  return status < 500 ? UNREADABLE : { title: 'Something is wrong', sentence: LATER };
}
