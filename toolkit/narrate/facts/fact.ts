/**
 * A fact: one of some hundred things that can happen, and the words that it is about.
 * @module
 */
import type {FactName} from '../sentences/english.ts';

/** A fact, and its words in the order of its sentence. */
export type Fact = readonly [name: FactName, ...words: string[]];
