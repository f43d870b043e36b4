/**
 * What an installation costs, in MB (10^6 bytes). Measured with `node tools/measure-install.mjs`: the sum of the
 * compressed packages that npm keeps in its cache and of the files in node_modules. Measure again when
 * package-lock.json changes by more than a few MB; platforms differ by less than the Node that linux-x64 brings.
 */
const measured = {
  withNode: { downloadMb: 205, unpackedMb: 693 },
  withoutNode: { downloadMb: 153, unpackedMb: 504 },
};

/** Says what will be downloaded for this platform. */
export function describeInstall(bringsNode) {
  const { downloadMb, unpackedMb } = bringsNode ? measured.withNode : measured.withoutNode;
  return `up to ${downloadMb} MB to download, ${unpackedMb} MB unpacked`;
}
