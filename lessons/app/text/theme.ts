/**
 * The styles that have a meaning in the course. Colours come from the terminal's own sixteen, so they suit dark and light.
 * @module
 */
import type {Style} from './line.ts';

export const HEADING: Style = {color: {palette: 6}, bold: true};
export const ACCENT: Style = {color: {palette: 6}};
export const STRONG: Style = {bold: true};
export const FAINT: Style = {dim: true};
export const EMPHASIS: Style = {italic: true};
/** Names of files, commands and calls within a sentence. */
export const CODE: Style = {color: {palette: 3}};
export const LINK: Style = {underline: true};
export const GOOD: Style = {color: {palette: 2}, bold: true};
export const BAD: Style = {color: {palette: 1}, bold: true};
export const WARNING: Style = {color: {palette: 3}};
/** What the last command made, and what it took away. */
export const NEW: Style = {color: {palette: 2}, bold: true};
export const GONE: Style = {color: {palette: 1}, dim: true, strike: true};
export const CHANGED: Style = {color: {palette: 3}, bold: true};
/** The row or the answer that Enter would choose. */
export const CHOSEN: Style = {inverse: true};
export const KEY: Style = {color: {palette: 6}, bold: true};
