/** A fault that the user of the host can put right: its text is one line that names the file or the function. */
export class HostFault extends Error {
  override readonly name = 'HostFault';
}
