/**
 * The stack of branches that make a container's files, and where each file that it touched comes from.
 *
 *     read-write   …/layer          3 changed
 *       + /root/new                 added
 *       ~ /etc/motd                 changed, was in 2
 *       − /tmp/old                  deleted, was in 1
 *     1 read-only  …/image/b
 *     2 read-only  …/image/a
 *
 * @module
 */
import type {ObservedMount} from '#observe/types';
import {type Row, styleOfChange} from '../app/panels/panel.ts';
import {cutLine} from '../app/text/cells.ts';
import {padLine, run} from '../app/text/line.ts';
import {ACCENT, BAD, CHANGED, FAINT, GOOD, HEADING} from '../app/text/theme.ts';
import type {ChartedChange, ChartedContainer, ChartedLayers} from './chart.ts';
import type {Group} from './groups.ts';
import {type MapView, remark, remarks, type Section} from './section.ts';

/** The section `layers`. */
export function layerSection(group: Group, view: MapView): Section {
	const layers = group.container?.layers ?? layersOfMount(group, view);
	if (layers === undefined) return {name: 'layers', rows: [remark(view.words.noLayers)]};
	return {name: 'layers', rows: [...readWriteRows(layers, group.container, view), ...readOnlyRows(layers, view)]};
}

const LETTERS = {A: {text: '+', style: GOOD}, C: {text: '~', style: CHANGED}, D: {text: '−', style: BAD}} as const;
/** Before this many a list stops being read. */
const MOST_FILES = 24;
/** The columns where a branch's path begins, and a file's. */
const PATH_FROM = 13;
const FILE_FROM = 4;

function pathWidth(width: number): number {
	return Math.min(64, width - 20 - PATH_FROM);
}

function readWriteRows(layers: ChartedLayers, container: ChartedContainer | undefined, view: MapView): readonly Row[] {
	const {words, since, width} = view;
	const then = since?.containers.find(({id}) => id === container?.id)?.layers;
	const count = layers.changes.length + layers.omitted;
	const room = pathWidth(width);
	const head: Row = {
		important: true,
		line: [
			...padLine([run(words.readWrite, HEADING)], PATH_FROM),
			...padLine(cutLine([run(shortPath(layers.readWrite), ACCENT)], room), room + 1),
			run(container === undefined ? '' : layers.hidden ? '' : words.changed(count), FAINT),
		],
	};
	const shown = layers.changes.slice(0, MOST_FILES);
	const gone = (then?.changes ?? []).filter(old => !layers.changes.some(({path}) => path === old.path));
	return [
		head,
		...(layers.hidden ? remarks(words.hiddenLayer, width) : []),
		...shown.map(file => fileRow(file, changeOf(file, then), layers, view)),
		...gone.map(file => fileRow(file, 'gone', layers, view)),
		...(count > shown.length ? [remark(`  ${words.omitted(count - shown.length)}`)] : []),
	];
}

function fileRow(file: ChartedChange, change: Row['change'], {readOnly}: ChartedLayers, {words, width}: MapView): Row {
	const {text, style} = LETTERS[file.kind];
	const room = pathWidth(width) + PATH_FROM - FILE_FROM;
	const what = {A: words.added, C: words.modified, D: words.deleted}[file.kind];
	const from = file.from !== undefined && readOnly.length > 1 ? ` · ${words.fromLayer(file.from + 1)}` : '';
	return {
		change,
		important: true,
		line: [
			run(`  ${text} `, style),
			...padLine(cutLine([run(file.path, styleOfChange(change))], room), room + 1),
			run(`${what}${from}`, FAINT),
		],
	};
}

function changeOf(file: ChartedChange, then: ChartedLayers | undefined): Row['change'] {
	if (then === undefined) return undefined;
	const old = then.changes.find(({path}) => path === file.path);
	return old === undefined ? 'new' : old.kind === file.kind ? undefined : 'changed';
}

function readOnlyRows({readOnly}: ChartedLayers, {words}: MapView): readonly Row[] {
	return readOnly.map((path, index) => ({
		line: [
			...padLine([run(`${index + 1} ${words.readOnly}`, FAINT)], PATH_FROM),
			run(shortPath(path)),
			run(path === '/' ? `  ${words.machineView}` : '', FAINT),
		],
	}));
}

/** What the mount table tells of an overlay that some other engine mounted: where its branches are, not what is in them. */
function layersOfMount({first}: Group, {now}: MapView): ChartedLayers | undefined {
	const table = now.snapshot.mountNamespaces.find(({id}) => id === first.namespaces.mnt)?.mounts ?? [];
	const root = table.findLast(({mountPoint}) => mountPoint === '/');
	if (root?.fileSystem !== 'overlay') return undefined;
	const [lower = '', upper = ''] = [optionOf(root, 'lowerdir'), optionOf(root, 'upperdir')];
	return {readOnly: lower.split(':').filter(Boolean), readWrite: upper, changes: [], omitted: 0, hidden: false};
}

function optionOf({superOptions}: ObservedMount, name: string): string | undefined {
	return superOptions.find(option => option.startsWith(`${name}=`))?.slice(name.length + 1);
}

function shortPath(path: string): string {
	return path.replaceAll(/([0-9a-f]{12})[0-9a-f]{52}/g, '$1…');
}
