interface Start {
  readonly access: 'on' | 'off';
  /** The account of `started` was started by the launcher. */
  readonly ownStorage: boolean;
  /** Connection string that the host was started with. */
  readonly started: string | undefined;
  /** Connection string that users are kept in. */
  readonly users: string | undefined;
}

/** Whether a start may make a first user. An account that others use gets no Owner from a start that asks for no logins. */
export function mayMakeFirstUser({ access, ownStorage, started, users }: Start): boolean {
  return users !== undefined && (access === 'on' || (ownStorage && users === started));
}
