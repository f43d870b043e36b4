// Columns that filters need stand before the long ones, which SQLite then leaves unread. Few indexes: every page
// that a commit touches is written whole.
export const STORE_KIND = {
  applicationId: 0x57_6d_73_74, // 'Wmst'
  version: 1,
  schema: `
    CREATE TABLE instance (
      instanceId TEXT PRIMARY KEY, executionId TEXT NOT NULL, createdMs INTEGER NOT NULL,
      updatedMs INTEGER NOT NULL, runtimeStatus TEXT NOT NULL, name TEXT NOT NULL, customStatus TEXT,
      input TEXT, output TEXT);
    CREATE TABLE history (id INTEGER PRIMARY KEY, instanceId TEXT NOT NULL, events TEXT NOT NULL);
    CREATE INDEX historyOfInstance ON history (instanceId);
    CREATE TABLE message (
      instanceId TEXT NOT NULL, id INTEGER NOT NULL, dueMs INTEGER NOT NULL, executionId TEXT,
      event TEXT NOT NULL, PRIMARY KEY (instanceId, id)) WITHOUT ROWID;
    CREATE INDEX due ON message (dueMs, instanceId);
    CREATE TABLE activity (
      id INTEGER PRIMARY KEY, instanceId TEXT NOT NULL, executionId TEXT NOT NULL, taskId INTEGER NOT NULL,
      started INTEGER NOT NULL, name TEXT NOT NULL, input TEXT)`,
};

const INSTANCE =
  'instanceId, executionId, name, runtimeStatus, input, output, customStatus, createdMs, updatedMs';

export const STORE_SQL = {
  lastIds: 'SELECT (SELECT max(id) FROM message) AS message, (SELECT max(id) FROM activity) AS activity',
  instance: `SELECT ${INSTANCE} FROM instance WHERE instanceId = ?`,
  instances: `SELECT ${INSTANCE} FROM instance
    WHERE instanceId > $after AND instanceId BETWEEN $prefix AND $prefix || char(1114111)
      AND createdMs BETWEEN $from AND $to AND ($any OR instr($statuses, ',' || runtimeStatus || ','))
    ORDER BY instanceId LIMIT $limit`,
  putInstance: `REPLACE INTO instance (${INSTANCE}) VALUES ($instanceId, $executionId, $name, $runtimeStatus,
    $input, $output, $customStatus, $createdMs, $updatedMs)`,
  dropInstance: 'DELETE FROM instance WHERE instanceId = ?',
  history: 'SELECT events FROM history WHERE instanceId = ? ORDER BY id',
  addHistory: 'INSERT INTO history (instanceId, events) VALUES (?, ?)',
  dropHistory: 'DELETE FROM history WHERE instanceId = ?',
  // What goes to an instance that is gone, that has ended or that runs another execution is dropped.
  addMessage: `INSERT INTO message (instanceId, id, dueMs, executionId, event)
    SELECT instanceId, $id, $dueMs, $executionId, $event FROM instance
    WHERE instanceId = $instanceId AND runtimeStatus NOT IN ('Completed', 'Failed', 'Terminated')
      AND ($executionId IS NULL OR executionId = $executionId)`,
  dropMessage: 'DELETE FROM message WHERE instanceId = ? AND id = ?',
  dropMessages: 'DELETE FROM message WHERE instanceId = ?',
  dropOldMessages: 'DELETE FROM message WHERE instanceId = ? AND executionId <> ?',
  inbox: 'SELECT id, event FROM message WHERE instanceId = ? AND dueMs <= ? ORDER BY dueMs, id',
  dueInstances: `SELECT instanceId FROM message WHERE dueMs <= ?
    GROUP BY instanceId ORDER BY min(dueMs), min(id)`,
  nextDue: 'SELECT min(dueMs) AS dueMs FROM message WHERE dueMs > ?',
  activities: `SELECT id, instanceId, executionId, taskId, name, input, started FROM activity
    WHERE id > ? ORDER BY id LIMIT ?`,
  addActivity: `INSERT INTO activity (id, instanceId, executionId, taskId, started, name, input)
    VALUES (?, ?, ?, ?, 0, ?, ?)`,
  startActivities: 'UPDATE activity SET started = 1 WHERE id IN (SELECT value FROM json_each(?))',
  dropActivity: 'DELETE FROM activity WHERE id = ?',
  dropActivities: 'DELETE FROM activity WHERE instanceId IN (SELECT value FROM json_each(?))',
} as const;
