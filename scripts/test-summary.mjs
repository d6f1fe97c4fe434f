// Which tests failed, where the time goes, file by file, and as the last line how many passed and failed.
//   node scripts/test-summary.mjs report.json, with what vitest's json reporter wrote
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const SHOWN = 15;
/** Characters of what a test says: a whole page may be in it. */
const LONGEST = 300;

function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    // Vitest ended before it could write.
    return { testResults: [], numPassedTests: 0, numFailedTests: 0, success: false };
  }
}

const { testResults, numPassedTests, numFailedTests, success } = read(process.argv[2]);
const path = (name) => relative(process.cwd(), name);

/** What failed of a file: its tests, or the file itself, as where a hook threw. */
function failuresOf({ name, status, message, assertionResults }) {
  const tests = assertionResults.filter((test) => test.status === 'failed');
  const failed = tests.map(({ fullName, failureMessages }) => [
    `${path(name)} ${fullName}`,
    failureMessages[0],
  ]);
  return failed.length === 0 && status === 'failed' ? [[path(name), message]] : failed;
}

const failures = testResults.flatMap(failuresOf);
if (failures.length > 0) console.log('== what failed');
for (const [what, why = ''] of failures)
  console.log(`${what}\n    ${stripVTControlCharacters(why).slice(0, LONGEST).replaceAll('\n', '\n    ')}`);

console.log('== where the time of the tests went');
const files = testResults
  .map(({ name, startTime, endTime }) => ({ name, seconds: (endTime - startTime) / 1_000 }))
  .toSorted((a, b) => b.seconds - a.seconds);
const sum = (some) => some.reduce((total, { seconds }) => total + seconds, 0);
const line = (seconds, name) => console.log(`${seconds.toFixed(1).padStart(7)} s  ${name}`);

for (const { name, seconds } of files.slice(0, SHOWN)) line(seconds, path(name));
line(sum(files.slice(SHOWN)), `${Math.max(files.length - SHOWN, 0)} other files`);
console.log(`${numPassedTests} passed, ${numFailedTests || (success ? 0 : 1)} failed`);
