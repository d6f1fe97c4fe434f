// Where the time of the tests goes, file by file, and as the last line how many passed and failed.
//   node scripts/test-times.mjs report.json, with what vitest's json reporter wrote
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const SHOWN = 15;

function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    // Vitest ended before it could write.
    return { testResults: [], numPassedTests: 0, numFailedTests: 0, success: false };
  }
}

const { testResults, numPassedTests, numFailedTests, success } = read(process.argv[2]);
const files = testResults
  .map(({ name, startTime, endTime }) => ({ name, seconds: (endTime - startTime) / 1_000 }))
  .toSorted((a, b) => b.seconds - a.seconds);
const sum = (some) => some.reduce((total, { seconds }) => total + seconds, 0);
const line = (seconds, name) => console.log(`${seconds.toFixed(1).padStart(7)} s  ${name}`);

for (const { name, seconds } of files.slice(0, SHOWN)) line(seconds, relative(process.cwd(), name));
line(sum(files.slice(SHOWN)), `${Math.max(files.length - SHOWN, 0)} other files`);
console.log(`${numPassedTests} passed, ${numFailedTests || (success ? 0 : 1)} failed`);
