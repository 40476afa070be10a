/**
 * The overlay driver: the kernel unites the branches.
 *
 * The union is mounted inside the container's own mount namespace. Nothing has to unmount it: the last process takes it
 * along.
 * @module
 */
import {mkdirSync} from 'node:fs';
import {MS_NODEV, MS_NOSUID, mount} from '#kernel/mount';
import {type Change, diff} from '#layers/diff';
import {isMachine, machinePieces, type Piece, uniteMachine} from '#layers/machine';
import {mountOverlay} from '#layers/mount-overlay';
import {packBranch} from '#layers/pack';
import {tarEnd} from '#layers/tar';
import type {Driver, Union} from '#layers/types';
import {makeUpper, requireOnDisk, upperPaths} from '#layers/upper';

/** The driver that lets overlayfs unite the branches. */
export const overlayDriver: Driver = {
	prepare(union) {
		mkdirSync(union.readWrite.path, {recursive: true, mode: 0o700});
		const {inMemory, path} = union.readWrite;
		if (inMemory !== true && !(isMachine(union) && union.userNamespace)) makeUpper({...union, path});
	},
	unite(union) {
		const {path, inMemory, sizeBytes} = union.readWrite;
		if (inMemory === true) {
			const data = sizeBytes === undefined ? 'mode=700' : `mode=700,size=${sizeBytes}`;
			mount('tmpfs', path, 'tmpfs', MS_NOSUID | MS_NODEV, data);
		}
		if (isMachine(union)) {
			uniteMachine(union);
			return;
		}
		if (inMemory === true) makeUpper({...union, path});
		mountOverlay({...union, ...upperPaths(path)});
	},
	changes(union) {
		requireOnDisk(union);
		const changes = piecesOf(union).flatMap(({at, readOnly, upper}) =>
			diff(upper, readOnly).map(({kind, path}) => ({kind, path: at === '/' ? path : at + path})),
		);
		return withoutHidden(changes, union.hidden ?? []);
	},
	async *pack(union) {
		requireOnDisk(union);
		for (const {at, upper} of piecesOf(union)) yield* packBranch(upper, at === '/' ? '' : `${at.slice(1)}/`);
		yield tarEnd;
	},
};

function piecesOf(union: Union): readonly Piece[] {
	if (isMachine(union)) return machinePieces(union);
	return [{at: '/', readOnly: union.readOnly, upper: upperPaths(union.readWrite.path).upper}];
}

/** Hiding a directory is the engine's change, not the container's; nor are the directories above it. */
function withoutHidden(changes: readonly Change[], hidden: readonly string[]): readonly Change[] {
	if (hidden.length === 0) return changes;
	const isIn = (path: string, top: string): boolean => path === top || path.startsWith(`${top}/`);
	const isAbove = ({path}: Change): boolean => hidden.some(each => isIn(each, path));
	const own = changes.filter(({path}) => !hidden.some(each => isIn(path, each)));
	const certain = own.filter(change => !isAbove(change));
	return own.filter(change => !isAbove(change) || certain.some(({path}) => isIn(path, change.path)));
}
