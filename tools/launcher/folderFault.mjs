import { UserProblem } from './messages.mjs';

const reasons = {
  EEXIST: 'it is not a folder',
  ENOTDIR: 'it is not a folder',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENAMETOOLONG: 'its name is too long',
};

/** Turns what the file system says about a file in a folder into a UserProblem; anything else stays what it is. */
export function explainFolderFault(error, folder) {
  const reason = reasons[error.code];
  if (reason === undefined) return error;
  return new UserProblem(`the folder ${folder} cannot be used: ${reason} (${error.code})`);
}
