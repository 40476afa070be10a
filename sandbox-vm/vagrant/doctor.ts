/**
 * What `drydock vm doctor` says of Vagrant.
 * @module
 */
import type {Finding} from '../machine/doctor.ts';
import {findVagrant, installCommand, isVagrantInstalled} from './find-vagrant.ts';

/** Looks for it. Nothing is bad without it: it is one way of three. Never throws. */
export function examineVagrant(): Finding {
	const about = 'vagrant';
	if (!isVagrantInstalled()) {
		return {about, state: 'slow', says: `not here, and only --sandbox vagrant needs it: ${installCommand}`};
	}
	try {
		const {path, version} = findVagrant();
		return {about, state: 'good', says: `${path}, ${version}; whether its provider works, --sandbox vagrant tells`};
	} catch (error) {
		return {about, state: 'slow', says: (error as Error).message};
	}
}
