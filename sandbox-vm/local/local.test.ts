import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {test} from 'node:test';
import {sweep} from '#engine';
import {describeDifference, difference, leftovers, snapshot} from '#observe';
import {sandboxSuite} from '../sandbox.suite.ts';
import {localSandbox} from './local.ts';
import {whyNotLocal} from './why-not.ts';

const needsIt = {skip: whyNotLocal() ?? false};

sandboxSuite('local sandbox', localSandbox, needsIt);
