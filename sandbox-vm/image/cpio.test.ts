import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {type Member, packCpio} from './cpio.ts';

const name = fc.stringMatching(/^[a-zé/._-]{1,30}$/).filter(name => name !== 'TRAILER!!!');
const mode = fc.integer({min: 0, max: 0o7777});
const member: fc.Arbitrary<Member> = fc.oneof(
	fc.record({type: fc.constant('file' as const), name, mode, data: fc.uint8Array({maxLength: 70})}),
	fc.record({type: fc.constant('directory' as const), name, mode}),
	fc.record({
		type: fc.constant('character device' as const),
		name,
		mode,
		major: fc.integer({min: 0, max: 4095}),
		minor: fc.integer({min: 0, max: 1048575}),
	}),
);

/** Reads an archive as the kernel does: by the fixed places in each header. */
function unpack(archive: Buffer): readonly unknown[] {
	const members: unknown[] = [];
	for (let at = 0; ; ) {
		assert.equal(archive.toString('latin1', at, at + 6), '070701');
		const number = (index: number): number =>
			Number.parseInt(archive.toString('latin1', at + 6 + 8 * index, at + 14 + 8 * index), 16);
		const [modeBits = 0, size = 0, major, minor, nameSize = 0] = [1, 6, 9, 10, 11].map(number);
		const name = archive.toString('utf8', at + 110, at + 110 + nameSize - 1);
		const start = at + ((110 + nameSize + 3) & ~3);
		at = (start + size + 3) & ~3;
		if (name === 'TRAILER!!!') return members;
		const common = {name, mode: modeBits & 0o7777};
		switch (modeBits & 0o170000) {
			case 0o100000:
				members.push({...common, type: 'file', data: new Uint8Array(archive.subarray(start, start + size))});
				break;
			case 0o040000:
				members.push({...common, type: 'directory'});
				break;
			default:
				members.push({...common, type: 'character device', major, minor});
		}
	}
}

test('packCpio() writes what a reader of the format finds again', () => {
	fc.assert(
		fc.property(fc.array(member), members => {
			const archive = packCpio(members);
			assert.equal(archive.length % 4, 0);
			const same = (member: Member): unknown =>
				member.type === 'file' ? {...member, data: new Uint8Array(member.data)} : {...member};
			assert.deepEqual(unpack(archive), members.map(same));
		}),
	);
});
