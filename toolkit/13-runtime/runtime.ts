/**
 * 13 · Runtime: an OCI specification goes in, a container comes out.
 *
 *     config.json ─▶ plan ─▶ host:       cgroup · layers · network · spawn ────▶ wire ─▶ "start"
 *                            container:  join · mounts · pivot · names · ─▶ "created" ─▶ drop rights ─▶ execve
 *
 * The surprise: there is no container. There is a process to which twelve things were done in an order that works, and
 * the whole of it fits on a screen: see plan.ts.
 *
 * Read on: spec.ts (what is asked for), plan.ts (the order), launch.ts and init.ts (the two sides of a start),
 * exec.ts (joining). Next: 14-image says where a root file system comes from.
 *
 * Source: opencontainers/runtime-spec, runtime.md "Lifecycle".
 * @module
 */
export {type Failure, failureOf, InitError, type Report} from '#runtime/channel';
export type {Container} from '#runtime/container';
export {canExecHere, type ExecOptions, type Executed, execHere, execInContainer} from '#runtime/exec';
export type {ExecRequest} from '#runtime/exec-plan';
export {type CreatedContainer, createContainer, deleteContainer, type LaunchOptions} from '#runtime/launch';
export {containerPlan} from '#runtime/plan';
export {hasOwn, type NamespaceSpec, namespaceOf, ociVersion, type ProcessSpec, type Spec} from '#runtime/spec';
