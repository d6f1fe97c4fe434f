import type { ComponentChildren } from 'preact';
import { Brand, displayText, Problem, renderDocument } from 'nestjs-mcp-auth/service-kit';
import type { Frame } from './frame.js';
import { href } from './href.js';
import type { PageLink } from './refusal.js';
import { SideNavigation } from './side-navigation.js';
import { FRAME_STYLES } from './styles.js';

export interface FramedPageProps {
  frame: Frame;
  /** Of the window, and the heading unless there is one; foreign text is cleaned here. */
  title: string;
  /** In place of the title. */
  heading?: ComponentChildren;
  /** A sentence on what the page is for. */
  lead?: ComponentChildren;
  /** The page's main actions, at the top right: `ButtonLink`, `PostButton`. */
  actions?: ComponentChildren;
  /** The list that this is one of. */
  back?: PageLink;
  /** What is wrong with what was sent. */
  problem?: string | null;
  /** The page asks something, and has changed nothing yet. Default false. */
  isQuestion?: boolean;
  children?: ComponentChildren;
}

/**
 * A whole page for people who are signed in: navigation, what the form before has done, heading, actions, problem, and then
 * the children. Send it with `PAGE_HEADERS`.
 */
export function framedPage(props: FramedPageProps): string {
  const { frame, heading, lead, actions, back, problem, isQuestion = false, children } = props;
  const title = displayText(props.title);
  return renderDocument({
    title: problem ? `Error: ${title}` : isQuestion ? `Question: ${title}` : title,
    styles: FRAME_STYLES,
    body: (
      <>
        <a class="skip" href="#content">
          Skip to the content
        </a>
        <div class="frame">
          <Top {...frame} />
          <div class="columns">
            <SideNavigation {...frame} />
            <main id="content" class="card" tabIndex={-1}>
              {frame.done && (
                <p class="done" role="status">
                  <bdi>{displayText(frame.done, Infinity)}</bdi>
                </p>
              )}
              {back && (
                <p class="back">
                  <a href={href(back.path)}>← {back.text}</a>
                </p>
              )}
              <div class="page-head">
                <div>
                  <h1>{heading ?? title}</h1>
                  {lead && <p>{lead}</p>}
                </div>
                {actions && <div class="row">{actions}</div>}
              </div>
              {problem && (
                <Problem>
                  <p>{problem}</p>
                </Problem>
              )}
              {children}
            </main>
          </div>
        </div>
      </>
    ),
  });
}

function Top({ csrf, name }: Frame) {
  return (
    <header class="top">
      <Brand />
      <div class="who">
        <bdi>{displayText(name)}</bdi>
        <form method="post" action={href('/sign-out')}>
          <input type="hidden" name="csrf" value={csrf} />
          <button type="submit" class="quiet small">
            Sign out
          </button>
        </form>
      </div>
    </header>
  );
}
