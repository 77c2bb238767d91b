PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE records (
        record_id TEXT PRIMARY KEY, revision INTEGER NOT NULL, complete INTEGER NOT NULL,
        pbx TEXT NOT NULL, call_id TEXT NOT NULL, started_at TEXT NOT NULL, ended_at TEXT NOT NULL,
        direction TEXT NOT NULL, dn TEXT, json TEXT NOT NULL
    ) WITHOUT ROWID;
INSERT INTO records VALUES('cc9d0c4caf232d31e96cbd3f87ef8170',1,1,'pbx1','1.1','2026-11-29T07:18:12.632Z','2026-11-29T07:18:12.632Z','inbound','8000','{"version":1,"record_id":"cc9d0c4caf232d31e96cbd3f87ef8170","revision":1,"complete":true,"gaps":[],"pbx":"pbx1","call_id":"1.1","linked_ids":["1.1"],"sip_call_ids":[],"tags":["incoming_dn_call","customer_abandon","short_abandon"],"tag_bits":8589942785,"labels":{"incoming_dn_call":{"en":"incoming DN call","zh":"進線"},"customer_abandon":{"en":"customer abandon","zh":"客戶放棄"},"short_abandon":{"en":"short abandon","zh":"短暫放棄"}},"evidence":{"incoming_dn_call":[{"at":"2026-11-29T07:18:12.632Z","event":"Newchannel","channel":"PJSIP/trunk-00001.1","party":"0912000000","detail":"dialled 8000, a DN"}],"customer_abandon":[{"at":"2026-11-29T07:18:12.632Z","event":"HangupRequest","channel":"PJSIP/trunk-00001.1","party":"0912000000","detail":"in ivr"}],"short_abandon":[{"at":"2026-11-29T07:18:12.632Z","event":"HangupRequest","channel":"PJSIP/trunk-00001.1","party":"0912000000","detail":"0.0 s after the call began"}]},"direction":"inbound","dn":"8000","customer":{"number":"0912000000","name":null},"started_at":"2026-11-29T07:18:12.632Z","answered_at":null,"ended_at":"2026-11-29T07:18:12.632Z","wait_seconds":0.0,"talk_seconds":0.0,"hold_seconds":0.0,"ended_by":"customer","hangup_cause":16,"sip_code":null,"queues":[],"offers":[],"participants":[{"party":"0912000000","role":"customer","device":"PJSIP/trunk","joined_at":"2026-11-29T07:18:12.632Z","left_at":"2026-11-29T07:18:12.632Z","talk_seconds":0.0,"hold_seconds":0.0}],"transfers":[],"supervisions":[],"conferences":[],"abandoned_in":"ivr"}');
CREATE TABLE record_tags (tag TEXT, record_id TEXT, PRIMARY KEY (tag, record_id)) WITHOUT ROWID;
INSERT INTO record_tags VALUES('customer_abandon','cc9d0c4caf232d31e96cbd3f87ef8170');
INSERT INTO record_tags VALUES('incoming_dn_call','cc9d0c4caf232d31e96cbd3f87ef8170');
INSERT INTO record_tags VALUES('short_abandon','cc9d0c4caf232d31e96cbd3f87ef8170');
CREATE TABLE record_agents (agent TEXT, record_id TEXT, PRIMARY KEY (agent, record_id)) WITHOUT ROWID;
CREATE TABLE record_calls (linked_id TEXT, record_id TEXT, PRIMARY KEY (linked_id, record_id)) WITHOUT ROWID;
INSERT INTO record_calls VALUES('1.1','cc9d0c4caf232d31e96cbd3f87ef8170');
CREATE TABLE outbox (
        sink TEXT, record_id TEXT, worth TEXT NOT NULL, queued REAL NOT NULL, due REAL NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0, tried REAL, why TEXT, dead INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (sink, record_id)
    ) WITHOUT ROWID;
INSERT INTO outbox VALUES('crm','cc9d0c4caf232d31e96cbd3f87ef8170','1.00000001.000001516.81bd9fff3caeda39',1795936692.7375288009,1795936696.5745937824,0,1795936694.952938795,'sink crm: All connection attempts failed; see url and the receiver''s log',0);
CREATE TABLE outbox_trouble (
        sink TEXT PRIMARY KEY, since REAL NOT NULL, why TEXT NOT NULL, asked INTEGER NOT NULL
    ) WITHOUT ROWID;
INSERT INTO outbox_trouble VALUES('crm',1795936693.0553896427,'sink crm: All connection attempts failed; see url and the receiver''s log',0);
CREATE TABLE devices (
        pbx TEXT, device TEXT, agent TEXT NOT NULL, state TEXT NOT NULL, since REAL NOT NULL,
        PRIMARY KEY (pbx, device)
    ) WITHOUT ROWID;
CREATE TABLE device_pictures (pbx TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX records_by_time ON records (started_at);
CREATE INDEX records_by_dn ON records (dn, started_at);
CREATE INDEX record_tags_by_record ON record_tags (record_id);
CREATE INDEX record_agents_by_record ON record_agents (record_id);
CREATE INDEX record_calls_by_record ON record_calls (record_id);
CREATE INDEX outbox_by_due ON outbox (sink, dead, due);
CREATE INDEX outbox_by_record ON outbox (record_id);
COMMIT;
