/**
 * Lines → what the terminal is sent: the only place where styles become escape sequences.
 * @module
 */
import {Chalk, type ChalkInstance, supportsColor, supportsColorStderr} from 'chalk';
import {type Color, type Line, PLAIN, type Style} from './line.ts';

/** 0 no colours, 1 sixteen, 2 two hundred and fifty-six, 3 true colours. */
export type ColorLevel = 0 | 1 | 2 | 3;

/** What the terminal can show; NO_COLOR, if it holds anything, forbids colours (no-color.org). */
export function colorLevel(environment: NodeJS.ProcessEnv, stream: NodeJS.WriteStream = process.stdout): ColorLevel {
	if (environment.NO_COLOR !== undefined && environment.NO_COLOR !== '') return 0;
	const support = stream === process.stderr ? supportsColorStderr : supportsColor;
	return support === false ? 0 : support.level;
}

/** Makes a painter for one level. Bold, dim and inverse are no colours: they stay at level 0, or nothing would show a choice. */
export function painter(level: ColorLevel): (line: Line) => string {
	const chalk = new Chalk({level: level === 0 ? 1 : level});
	const brushes = new WeakMap<Style, ChalkInstance>();
	return line =>
		line
			.map(({text, style}) => {
				if (style === PLAIN || text === '') return text;
				const brush = brushes.get(style) ?? mixed(chalk, style, level > 0);
				brushes.set(style, brush);
				return brush(text);
			})
			.join('');
}

function mixed(chalk: ChalkInstance, style: Style, hasColors: boolean): ChalkInstance {
	let brush: ChalkInstance = chalk.visible;
	if (hasColors && style.color !== undefined) brush = colored(brush, style.color, 'color');
	if (hasColors && style.background !== undefined) brush = colored(brush, style.background, 'background');
	if (style.bold) brush = brush.bold;
	if (style.dim) brush = brush.dim;
	if (style.italic) brush = brush.italic;
	if (style.underline) brush = brush.underline;
	if (style.inverse) brush = brush.inverse;
	if (style.strike) brush = brush.strikethrough;
	return brush;
}

function colored(brush: ChalkInstance, color: Color, where: 'color' | 'background'): ChalkInstance {
	if ('rgb' in color) {
		const hex = `#${color.rgb.toString(16).padStart(6, '0')}`;
		return where === 'color' ? brush.hex(hex) : brush.bgHex(hex);
	}
	const name = BASIC[color.palette];
	if (name === undefined) return where === 'color' ? brush.ansi256(color.palette) : brush.bgAnsi256(color.palette);
	return where === 'color' ? brush[name] : brush[`bg${name[0]!.toUpperCase()}${name.slice(1)}` as BackgroundName];
}

/** The sixteen that follow the terminal's theme have codes of their own. */
const BASIC = [
	...(['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const),
	...(['blackBright', 'redBright', 'greenBright', 'yellowBright'] as const),
	...(['blueBright', 'magentaBright', 'cyanBright', 'whiteBright'] as const),
] as const;

type BackgroundName = `bg${Capitalize<(typeof BASIC)[number]>}`;
