/**
 * The open files of the shell and its children: descriptor → what it opens.
 * @module
 */
import {run} from '../text/line.ts';
import {ACCENT, FAINT, HEADING} from '../text/theme.ts';
import {type Change, type Descriptor, numberHere, type PanelInput, type Row, styleOfChange} from './panel.ts';

/** The panel `descriptors`. */
export function descriptorRows(input: PanelInput): readonly Row[] {
	const {since, descriptors, descriptorsSince, family, shell, strings} = input;
	// Who has ended has none open, and isn't new for that.
	const wasThere = (pid: number) =>
		[...(descriptorsSince ?? []), ...(since?.processes ?? [])].some(old => old.pid === pid);
	const isGone = (old: Descriptor) =>
		family.some(({pid}) => pid === old.pid) && !descriptors.some(now => isSamePlace(now, old));
	const all = [...descriptors, ...(descriptorsSince ?? []).filter(isGone)];
	const rows = family.flatMap((process): readonly Row[] => {
		const {pid, comm} = process;
		const own = all
			.filter(descriptor => descriptor.pid === pid)
			.toSorted((one, other) => one.descriptor - other.descriptor);
		const header: Row = {
			line: [run(comm, HEADING), run(` (${numberHere(process, shell)})`, ACCENT)],
			change: descriptorsSince !== undefined && !wasThere(pid) ? 'new' : undefined,
			important: true,
		};
		return [header, ...own.map(item => descriptorRow(item, changeOf(item, descriptors, descriptorsSince)))];
	});
	return rows.length > 0 ? rows : [{line: [run(strings.panel.nothing, FAINT)]}];
}

function descriptorRow({descriptor, target}: Descriptor, change: Change | undefined): Row {
	return {
		line: [run(String(descriptor).padStart(4)), run(' → ', FAINT), run(target, styleOfChange(change))],
		change,
		// Beyond the three that everybody has, each one is there for a reason.
		important: descriptor > 2,
	};
}

function changeOf(
	item: Descriptor,
	now: readonly Descriptor[],
	since: readonly Descriptor[] | undefined,
): Change | undefined {
	if (since === undefined || !since.some(({pid}) => pid === item.pid)) return undefined;
	const old = since.find(other => isSamePlace(other, item));
	if (old === undefined) return 'new';
	const current = now.find(other => isSamePlace(other, item));
	if (current === undefined) return 'gone';
	return current.target === old.target ? undefined : 'changed';
}

function isSamePlace(one: Descriptor, other: Descriptor): boolean {
	return one.pid === other.pid && one.descriptor === other.descriptor;
}
