import { Module } from 'node:module';
import type { LogLevel } from '../log.js';
import type {
  FunctionCallback,
  FunctionMetadata,
  HookCallback,
  LogCategory,
  ProgrammingModel,
} from './coreTypes.js';
import type { FunctionApp } from './functionApp.js';

const CORE_MODULE = '@azure/functions-core';
// The version of the host whose answers are recorded; log hooks need 4.34 or later.
export const HOST_VERSION = '4.1037.0.0';
const WORKER_VERSION = '3.9.1';

class Disposable {
  constructor(private call: (() => void) | undefined) {}

  dispose(): void {
    const { call } = this;
    this.call = undefined;
    call?.();
  }
}

/** The app that is being served; one per process, because the library keeps the core module for good. */
class CoreSeam {
  app: FunctionApp | undefined;
  model: ProgrammingModel | undefined;
  installed = false;

  readonly core = {
    version: WORKER_VERSION,
    hostVersion: HOST_VERSION,
    Disposable,
    setProgrammingModel: (model: ProgrammingModel): void => {
      this.model = model;
      if (this.app !== undefined) this.app.model = model;
    },
    getProgrammingModel: (): ProgrammingModel | undefined => this.model,
    registerFunction: (metadata: FunctionMetadata, callback: FunctionCallback): Disposable =>
      new Disposable(this.#running().register(metadata, callback)),
    registerHook: (name: string, callback: HookCallback): Disposable =>
      new Disposable(this.#running().registerHook(name, callback)),
    log: (level: LogLevel, category: LogCategory, message: string): void => {
      this.app?.log(level, category, message);
    },
  };

  #running(): FunctionApp {
    if (this.app === undefined) throw new Error('No local host is running in this process.');
    return this.app;
  }
}

const seam = new CoreSeam();

/** Lets `app` answer `require('@azure/functions-core')` from now on (functions-host.md 1.1, 1.2). */
export function attachApp(app: FunctionApp): void {
  if (seam.app !== undefined) throw new Error('A local host is already running in this process.');
  seam.app = app;
  // The library announces its model once; a second app in this process finds it here.
  app.model = seam.model;
  if (seam.installed) return;
  seam.installed = true;
  const prototype = Module.prototype as unknown as { require: Require };
  const original = prototype.require;
  prototype.require = function (id) {
    return id === CORE_MODULE ? seam.core : original.call(this, id);
  };
}

type Require = (this: unknown, id: string) => unknown;

export function detachApp(app: FunctionApp): void {
  if (seam.app === app) seam.app = undefined;
}
