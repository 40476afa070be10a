/**
 * `drydock map --watch`: looks once a second, and lights up what the last thing that happened has changed.
 *
 *     look ─▶ anything new? ─▶ yes: what stood before it is what we compare with, until the next thing happens
 *                              no: what is lit stays lit
 *
 * @module
 */
import {hasLostReader} from '#kernel/poll';
import {markedLine} from '../../../lessons/app/panels/panel.ts';
import type {Strings} from '../../../lessons/app/strings/strings.ts';
import {cutLine} from '../../../lessons/app/text/cells.ts';
import {type Line, lineText, run} from '../../../lessons/app/text/line.ts';
import {colorLevel, painter} from '../../../lessons/app/text/paint.ts';
import {FAINT, KEY} from '../../../lessons/app/text/theme.ts';
import type {Chart} from '../../../lessons/map/chart.ts';
import {drawMap, type MapOptions, mapHasChanges, mapParts, partNames, type Subject} from '../../../lessons/map/map.ts';
import type {SectionName} from '../../../lessons/map/section.ts';
import {rawTerminal, terminalSize} from '../terminal.ts';
import {legendLine} from './legend.ts';

/** What to watch. */
export interface WatchMapOptions {
	readonly look: () => Chart;
	readonly first: Chart;
	/** What to compare with to begin with. */
	readonly since: Chart | undefined;
	readonly subjectsOf: (chart: Chart) => readonly Subject[];
	readonly only: readonly SectionName[] | undefined;
	readonly strings: Strings;
	readonly width: number | undefined;
	readonly json: boolean;
}

const LOOK_MILLISECONDS = 1000;
/** What happens within this time is one event: a container's start takes a few looks. */
const EVENT_MILLISECONDS = 2500;

/** Watches until the user leaves, a signal comes, or nobody reads any more. @returns an exit code. */
export async function watchMap(options: WatchMapOptions): Promise<number> {
	const ended = Promise.withResolvers<number>();
	const view = process.stdout.isTTY === true && !options.json ? screen(options) : stream(options);
	const leave = (code: number) => () => ended.resolve(code);
	const signals = {SIGINT: leave(130), SIGTERM: leave(143), SIGHUP: leave(129)};
	for (const [name, listener] of Object.entries(signals)) process.on(name, listener);
	process.stdout.on('error', leave(0));
	let [now, since] = [options.first, options.since];
	let changedAt = 0;
	const show = () => view.show(now, since);
	const timer = setInterval(() => {
		// A quiet machine gives nothing to write, and so no error to notice it by.
		if (hasLostReader(process.stdout.fd)) ended.resolve(0);
		const last = now;
		now = options.look();
		if (mapHasChanges(mapOptions(options, now, last))) {
			if (Date.now() - changedAt > EVENT_MILLISECONDS) since = last;
			changedAt = Date.now();
			view.happened(now, last);
		}
		show();
	}, LOOK_MILLISECONDS);
	const close = view.open(leave(0), show);
	try {
		show();
		return await ended.promise;
	} finally {
		clearInterval(timer);
		close();
		for (const [name, listener] of Object.entries(signals)) process.off(name, listener);
	}
}

interface View {
	/** Takes what it draws on. The returned function gives it back as it was. */
	readonly open: (leave: () => void, redraw: () => void) => () => void;
	readonly show: (now: Chart, since: Chart | undefined) => void;
	readonly happened: (now: Chart, last: Chart) => void;
}

function mapOptions(options: WatchMapOptions, now: Chart, since: Chart | undefined): MapOptions {
	const {only, strings, subjectsOf} = options;
	return {
		now,
		since,
		subjects: subjectsOf(now),
		only,
		strings,
		width: options.width ?? Math.max(NARROWEST, screenSize().columns),
	};
}

/** A narrower screen shows the beginnings of lines. */
const NARROWEST = 60;

/** A terminal that nobody has given a size says that it has no rows and no columns. */
function screenSize(): {readonly columns: number; readonly rows: number} {
	const {columns, rows} = terminalSize();
	return {columns: columns || 80, rows: Math.max(2, rows || 24)};
}

const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';

/** The whole terminal, which gets back what was on it. */
function screen(options: WatchMapOptions): View {
	const paint = painter(colorLevel(process.env));
	const names = () => partNames({subjects: options.subjectsOf(options.first)});
	let part: SectionName | undefined;
	let top = 0;
	return {
		open: (leave, redraw) => {
			process.stdout.write(ENTER);
			const giveBack = rawTerminal();
			const onKey = (bytes: Buffer): void => {
				const key = bytes.toString('latin1');
				if (key === 'q' || key === '\x03') leave();
				else if (/^\d$/.test(key)) [part, top] = [names()[Number(key) - 1], 0];
				else top = Math.max(0, top + (SCROLL[key] ?? 0));
				redraw();
			};
			process.stdin.on('data', onKey);
			process.stdout.on('resize', redraw);
			return () => {
				process.stdin.off('data', onKey);
				process.stdout.off('resize', redraw);
				giveBack();
				process.stdin.pause();
				process.stdout.write(LEAVE);
			};
		},
		show: (now, since) => {
			const {columns, rows} = screenSize();
			const base = mapOptions(options, now, since);
			const only = part === undefined ? base.only : [part];
			// One part alone can be scrolled, all of them are made to fit.
			const height = part === undefined ? rows - 1 : undefined;
			const drawn = drawMap({...base, only, height, isNumbered: true});
			top = Math.min(top, Math.max(0, drawn.length - rows + 1));
			const lines = drawn.slice(top, top + rows - 1).map(line => cutLine(line, columns));
			const foot = footer(since, names().length, options.strings, columns);
			const all = [...lines, ...Array<Line>(rows - 1 - lines.length).fill([]), foot];
			// Each line is written over the old one, so nothing flickers.
			process.stdout.write(`\x1b[H${all.map(line => `${paint(line)}\x1b[K`).join('\r\n')}`);
		},
		happened: () => {},
	};
}

/** Arrows, Page Up and Page Down, as terminals send them. */
const SCROLL: Readonly<Record<string, number>> = {
	'\x1b[A': -1,
	'\x1bOA': -1,
	'\x1b[B': 1,
	'\x1bOB': 1,
	'\x1b[5~': -10,
	'\x1b[6~': 10,
};

function footer(since: Chart | undefined, parts: number, strings: Strings, columns: number): Line {
	const {keys} = strings.map;
	const hint = (key: string, label: string): Line => [run(key, KEY), run(` ${label}  `, FAINT)];
	const hints = [...hint('q', keys.quit), ...hint('0', keys.all), ...hint(`1–${parts}`, keys.part)];
	return cutLine([run(' '), ...hints, ...(since === undefined ? [] : legendLine(since, strings))], columns);
}

/** Where nothing can be drawn over: the map once, and then each time what changed. */
function stream(options: WatchMapOptions): View {
	const write = (text: string) => process.stdout.write(text);
	const lines = (drawn: readonly Line[]) => drawn.map(line => `${lineText(line).trimEnd()}\n`).join('');
	let isFirst = true;
	return {
		open: () => () => {},
		show: (now, since) => {
			if (isFirst) write(options.json ? `${JSON.stringify(now)}\n` : lines(drawMap(mapOptions(options, now, since))));
			isFirst = false;
		},
		happened: (now, last) => {
			if (options.json) {
				write(`${JSON.stringify(now)}\n`);
				return;
			}
			const parts = mapParts(mapOptions(options, now, last));
			const changed = parts.flatMap(({title, rows}) => {
				const lit = rows.filter(({change}) => change !== undefined);
				return lit.length === 0 ? [] : [title, ...lit.map(markedLine)];
			});
			write(`\n${lines([...changed, legendLine(last, options.strings)])}`);
		},
	};
}
