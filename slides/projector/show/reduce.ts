/**
 * What an intent changes in the projector's state. Pure; what it starts in the machine is in show.ts.
 * @module
 */
import type {Intent} from './intents.ts';
import {canType, currentDeck, currentSlide, type ShowState} from './show-state.ts';

/** The state after an intent, which came at `state.now`. */
export function reduce(state: ShowState, intent: Intent): ShowState {
	switch (intent.type) {
		case 'next':
			return started(forward(state));
		case 'back':
			return at(state, state.slide - 1, Number.POSITIVE_INFINITY);
		case 'first':
			return at(state, 0);
		case 'last':
			return at(state, Number.POSITIVE_INFINITY);
		case 'overview':
			return {...state, overlay: 'overview', selected: state.slide};
		case 'select':
			return {...state, selected: within(state.selected + intent.by, lastSlide(state))};
		case 'goSelected':
			return started(at({...state, overlay: undefined}, state.selected));
		case 'askNumber':
			return {...state, typed: '', notice: undefined};
		case 'digit':
			return {...state, typed: `${state.typed ?? ''}${intent.digit}`.slice(0, 3)};
		case 'eraseDigit':
			return {...state, typed: state.typed?.slice(0, -1)};
		case 'goNumber':
			return state.typed === '' || state.typed === undefined
				? {...state, typed: undefined}
				: started(at({...state, typed: undefined}, Number(state.typed) - 1));
		case 'run':
			return started({...state, notice: undefined});
		case 'black':
		case 'help':
			return {...state, overlay: intent.type};
		case 'askLeave':
			return {...state, overlay: 'leave', focus: 'slides', typed: undefined};
		case 'close':
			return {...state, overlay: undefined, typed: undefined};
		case 'enterTerminal':
			return canType(state) ? {...state, focus: 'terminal'} : state;
		case 'leaveTerminal':
			return {...state, focus: 'slides'};
		case 'restartTimer':
			return {...state, startedAt: state.now};
		case 'language':
			return withLanguage(state, state.language === 'en' ? 'zh' : 'en');
		case 'reset':
		case 'leave':
			return state;
	}
}

/** The next step; after the last one, the next slide. */
function forward(state: ShowState): ShowState {
	if (state.step < currentSlide(state).lastStep) return {...state, step: state.step + 1, notice: undefined};
	return state.slide < lastSlide(state) ? at(state, state.slide + 1) : state;
}

/** Another slide. Who comes back to one has seen its steps. */
function at(state: ShowState, slide: number, step = 0): ShowState {
	const there = {...state, slide: within(slide, lastSlide(state)), notice: undefined};
	return {...there, step: within(step, currentSlide(there).lastStep)};
}

/** The time runs from the first step: a deck is opened long before its audience is there. */
function started(state: ShowState): ShowState {
	return state.startedAt === undefined ? {...state, startedAt: state.now} : state;
}

/** Both languages have the same slides; a deck half translated shows what there is. */
function withLanguage(state: ShowState, language: ShowState['language']): ShowState {
	const other = {...state, language};
	return at(other, state.slide, state.step);
}

function lastSlide(state: ShowState): number {
	return currentDeck(state).slides.length - 1;
}

function within(value: number, most: number): number {
	return Math.max(0, Math.min(value, most));
}
