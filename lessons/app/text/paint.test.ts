import assert from 'node:assert/strict';
import {test} from 'node:test';
import {run} from './line.ts';
import {colorLevel, painter} from './paint.ts';

const line = [run('a', {color: {palette: 1}, bold: true}), run('b', {background: {rgb: 0xff0000}}), run('c')];

test('painter() sends the theme’s sixteen colours as such, others by number', () => {
	assert.equal(painter(3)(line), '\x1b[31m\x1b[1ma\x1b[22m\x1b[39m\x1b[48;2;255;0;0mb\x1b[49mc');
	assert.equal(painter(2)([run('x', {color: {palette: 200}})]), '\x1b[38;5;200mx\x1b[39m');
});

test('painter() without colours still tells bold and inverse', () => {
	assert.equal(painter(0)(line), '\x1b[1ma\x1b[22mbc');
	assert.equal(painter(0)([run('x', {inverse: true, color: {palette: 1}})]), '\x1b[7mx\x1b[27m');
});

test('colorLevel() obeys NO_COLOR if it holds anything', () => {
	assert.equal(colorLevel({NO_COLOR: '1'}), 0);
	assert.equal(colorLevel({NO_COLOR: ''}), colorLevel({}));
});
