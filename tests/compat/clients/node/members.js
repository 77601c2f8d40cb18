// Members of groups over kafkajs; matrix/groups/agent.py tells the conversation. usage: members.js KAFKAJS_FOLDER BOOTSTRAP
"use strict";
process.env.KAFKAJS_NO_PARTITIONER_WARNING = "1";
const { Kafka, logLevel } = require(process.argv[2]);
const readline = require("readline");

const REFRESH_MS = 500;
const kafka = new Kafka({
  brokers: [process.argv[3]],
  clientId: "compat-kafkajs",
  logLevel: logLevel.NOTHING,
  retry: { initialRetryTime: 100, retries: 8 },
});
const members = new Map();

function say(...words) {
  process.stdout.write(words.join(" ").replace(/\n/g, " ") + "\n");
}

function places(assignment) {
  return Object.entries(assignment)
    .flatMap(([topic, partitions]) => partitions.map((partition) => `${topic}:${partition}`))
    .join(",");
}

// It tells a new assignment, and that one has ended; the partitions that ended with it are those it told last.
class Member {
  constructor(name, group, options) {
    this.name = name;
    this.options = options;
    this.assignment = {};
    this.consumer = kafka.consumer({
      groupId: group,
      sessionTimeout: 10000,
      heartbeatInterval: 300,
      metadataMaxAge: REFRESH_MS,
      maxWaitTimeInMs: 200,
    });
    const { GROUP_JOIN, REBALANCING, CRASH } = this.consumer.events;
    this.consumer.on(GROUP_JOIN, ({ payload }) => this.assigned(payload.memberAssignment));
    this.consumer.on(REBALANCING, () => this.revoked());
    this.consumer.on(CRASH, ({ payload }) => say("error", name, payload.error));
  }

  assigned(assignment) {
    this.assignment = assignment;
    say("assigned", this.name, places(assignment));
  }

  revoked() {
    say("revoked", this.name, places(this.assignment));
    this.assignment = {};
  }

  async open() {
    const { topic, pattern, commit } = this.options;
    await this.consumer.connect();
    await this.consumer.subscribe({ topics: [topic || new RegExp(pattern)], fromBeginning: true });
    await this.consumer.run({
      autoCommit: commit === "auto",
      autoCommitInterval: 200,
      eachBatch: async ({ batch, isStale }) => {
        if (!isStale()) say("got", this.name, batch.topic, batch.partition, ...batch.messages.map((message) => message.offset));
      },
    });
  }

  commit(offsets) {
    const wanted = offsets.split(",").map((text) => text.split(":"));
    return this.consumer.commitOffsets(wanted.map(([topic, partition, offset]) => ({ topic, partition: Number(partition), offset })));
  }

  async seek(topic, partition, offset) {
    this.consumer.seek({ topic, partition: Number(partition), offset });
  }

  async close() {
    await this.consumer.disconnect();
    this.revoked();
  }
}

async function withAdmin(work) {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

const questions = {
  open: async (name, group, ...options) => {
    const member = new Member(name, group, Object.fromEntries(options.map((word) => word.split(/=(.*)/s))));
    members.set(name, member);
    await member.open();
    return [];
  },
  committed: (group, topic, count) =>
    withAdmin(async (admin) => {
      const [found] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
      const offsets = new Map(found.partitions.map(({ partition, offset }) => [partition, offset]));
      return Array.from({ length: Number(count) }, (_, partition) => offsets.get(partition));
    }),
  times: (topic, partition, timestamp) =>
    withAdmin(async (admin) => {
      const at = (list) => list.find((one) => one.partition === Number(partition)).offset;
      const offset = at(await admin.fetchTopicOffsetsByTimestamp(topic, Number(timestamp)));
      return [offset === at(await admin.fetchTopicOffsets(topic)) ? -1 : offset]; // where there is none, it tells the end
    }),
};

async function answer(number, verb, words) {
  try {
    const said = questions[verb] ? await questions[verb](...words) : (await members.get(words[0])[verb](...words.slice(1)), []);
    say("ok", number, ...said);
  } catch (error) {
    say("failed", number, error);
  }
}

const lines = readline.createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const [number, verb, ...words] = line.split(" ");
  answer(number, verb, words);
});
lines.on("close", () => process.exit(0)); // members that are still open end with the process
