/**
 * `npm run tidy`: the style, as far as a program can judge it. The same rules are a test: tidy.test.ts.
 * @module
 */
import {join} from 'node:path';
import {rules} from './tidy/rules.ts';
import {readTree} from './tidy/tree.ts';

const tree = readTree(join(import.meta.dirname, '..'));
const problems = Object.values(rules).flatMap(rule => rule(tree));
for (const problem of problems) console.error(problem);
console.log(`tidy: ${tree.size} files, ${Object.keys(rules).length} rules, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
