/**
 * The program inside: the first process of a container, which finishes the set-up and then becomes the user's program.
 *
 *     drydock ──spawn──▶ init (Node, in the new namespaces) ──execve──▶ sh
 *
 * Why a fresh Node: V8's heap does not survive fork, so JavaScript can't run between fork and exec. Go's runtimes start
 * themselves anew inside for the same reason.
 *
 * Everything here is synchronous. A call that waits would run in a thread that has not entered the namespaces.
 * @module
 */
import {parseExactJson} from '#kernel/exact-json';
import {exitAtOnce} from '#kernel/exec';
import {runSteps, type StepListener} from '#kernel/plan';
import {watchCalls} from '#kernel/trace';
import {closeOnExec} from '#process';
import {failureOf, hear, tell, tellCall} from '#runtime/channel';
import type {Container} from '#runtime/container';
import {type ExecRequest, execPlan} from '#runtime/exec-plan';
import {containerPlan} from '#runtime/plan';

/** What the starter asks init to become. */
export type InitRequest = {readonly explain: boolean} & (
	| {readonly become: 'container'; readonly container: Container}
	| {readonly become: 'exec'; readonly exec: ExecRequest}
);

const tellStep: StepListener = ({module, title, why}, event) => {
	if (event === 'start') tell({report: 'step', module, title, why});
};

function main(): void {
	closeOnExec();
	const request = parseExactJson(hear()) as InitRequest;
	if (request.explain) watchCalls(tellCall);
	const plan = request.become === 'container' ? containerPlan(request.container) : execPlan(request.exec);
	runSteps(
		plan.filter(step => step.where !== 'host'),
		request.explain ? tellStep : undefined,
	);
}

try {
	main();
} catch (error) {
	tell({report: 'failed', failure: failureOf(error)});
	exitAtOnce(1);
}
