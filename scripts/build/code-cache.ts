/**
 * Keeps what V8 makes of a script beside the script, so that a start doesn't compile it again.
 *
 *     drydock.cjs   reads the two others and runs them
 *     drydock.js    the bundle, as one function
 *     drydock.bin   its compiled code
 *
 * Node's own compile cache would do nearly as well, but it writes while a command runs: into folders that may be
 * read-only, or belong to somebody else than the root who runs `drydock`.
 *
 * Sources: https://nodejs.org/api/vm.html#scriptcreatecacheddata
 * @module
 */
import {readFileSync, writeFileSync} from 'node:fs';
import {setFlagsFromString} from 'node:v8';
import {Script} from 'node:vm';

/** Goes around a bundle in CommonJS: what Node wraps around a module that it loads itself, and the script's address. */
export const functionAround = {
	start: '(function (exports, require, module, __filename, __dirname, scriptUrl) {',
	end: '})',
};

/** The text of the .cjs file that starts the bundle called `name` in its folder. */
export function starter(name: string): string {
	return `'use strict';
const {readFileSync} = require('node:fs');
const {pathToFileURL} = require('node:url');
const {Script, constants} = require('node:vm');
const filename = __dirname + '/${name}.js';
// V8 looks at the code's version and flags itself, and compiles the script if they aren't its own.
const script = new Script(readFileSync(filename, 'latin1'), {
	filename,
	cachedData: readFileSync(__dirname + '/${name}.bin'),
	importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
});
script.runInThisContext()(exports, require, module, __filename, __dirname, pathToFileURL(__filename).href);
`;
}

/** Compiles the script at `path`, which stays as it is, and writes the code to `codePath`. It is not run. */
export function keepCode(path: string, codePath: string): void {
	// Otherwise V8 would leave each function for the moment of its first call, and the code kept would hold none.
	setFlagsFromString('--no-lazy');
	const script = new Script(readFileSync(path, 'latin1'), {filename: path});
	setFlagsFromString('--lazy');
	writeFileSync(codePath, script.createCachedData());
}
