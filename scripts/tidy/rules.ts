/**
 * All the rules, by the sentence that each keeps.
 * @module
 */
import {noCycles} from './cycles.ts';
import {noDeadFiles} from './dead-files.ts';
import {importsGoDown} from './direction.ts';
import {mirroredNames} from './mirrored-names.ts';
import {exportsAreExplained, shortFiles, typesAreKept} from './style.ts';
import type {Rule} from './tree.ts';

export const rules: Readonly<Record<string, Rule>> = {
	'imports go down only, and ffi-rs is imported by the kernel alone': importsGoDown,
	'imports make no circle': noCycles,
	'nothing is dead': noDeadFiles,
	'names are mirrored': mirroredNames,
	'files are short': shortFiles,
	'types are kept': typesAreKept,
	'exports are explained': exportsAreExplained,
};
