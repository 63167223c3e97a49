package bus

// subjects is every subject, in the order of declaration.
var subjects []*Subject

func declare(s Subject) *Subject {
	subjects = append(subjects, &s)
	return &s
}

// Hints of control to the nodes. They may be lost: what they tell can be fetched,
// and is fetched on a reconnect and now and then.
var (
	// ConfigChanged is republished by the server from the bucket [Config].
	ConfigChanged = declare(Subject{
		Pattern:   "ctl.cfg.active",
		Doc:       "The pointer to the configuration in force, as it was just written to the bucket `cfg`.",
		Subscribe: Access{Any: every},
	})
	// VirtualKeyChanged is republished from the bucket [VirtualKeys].
	VirtualKeyChanged = declare(Subject{
		Pattern:   "ctl.vk.<key>",
		Doc:       "A virtual key as it was just written to the bucket `vk`; empty when it was deleted.",
		Subscribe: Access{Any: every},
	})
	// PromptChanged is republished from the bucket [Prompts].
	PromptChanged = declare(Subject{
		Pattern:   "ctl.prompt.<kind>",
		Doc:       "Something of the prompt repository, as it was just written to the bucket `prompts`.",
		Subscribe: Access{Any: every},
	})
	// MCPPinsChanged is republished from the bucket [MCPPins].
	MCPPinsChanged = declare(Subject{
		Pattern:   "ctl.mcp.<client>",
		Doc:       "Which tools of an MCP server are approved, as it was just written to the bucket `mcp`.",
		Subscribe: Access{Any: every},
	})
	// MCPTokenChanged is republished from the bucket [MCPTokens].
	MCPTokenChanged = declare(Subject{
		Pattern:   "ctl.mcptoken.<client>.<owner>",
		Doc:       "A token of an MCP server is another one, as it was just written to the bucket `mcptokens`, sealed.",
		Subscribe: Access{Any: Edge | Control},
	})
	// NodeBeat is republished from the bucket [Nodes].
	NodeBeat = declare(Subject{
		Pattern:   "ctl.node.beat.<node>",
		Doc:       "A node's heartbeat, as it was just written to the bucket `nodes`.",
		Subscribe: Access{Any: every},
	})
	// IdempotencyChanged is republished from the bucket [Idempotency].
	IdempotencyChanged = declare(Subject{
		Pattern:   "ctl.idem.<key>",
		Doc:       "The state of an idempotency key, as it was just written to the bucket `idem`.",
		Subscribe: Access{Any: every},
	})
	// JobChanged is republished from the bucket [JobStates].
	JobChanged = declare(Subject{
		Pattern:   "ctl.job.<job>",
		Doc:       "The state of a job, as it was just written to the bucket `jobs`.",
		Subscribe: Access{Any: every},
	})
	// NodeDown tells of a node whose connections all died.
	NodeDown = declare(Subject{
		Pattern:   "ctl.node.down.<node>",
		Doc:       "A node is gone: the server saw its connections die. No body.",
		Publish:   Access{Any: Control},
		Subscribe: Access{Any: every},
	})
	// NodeDrain asks a node to drain.
	NodeDrain = declare(Subject{
		Pattern:   "ctl.node.drain.<node>",
		Doc:       "Asks a node to take no more calls, finish those it has, and stop. No body.",
		Publish:   Access{Any: Control},
		Subscribe: Access{Own: every},
	})
	// CachePurge has answers be forgotten that are kept.
	CachePurge = declare(Subject{
		Pattern:   "ctl.cache.purge",
		Doc:       "Has the nodes forget answers that they keep: those that the body means.",
		Publish:   Access{Any: Control},
		Subscribe: Access{Any: every},
	})
	// KeyCooldown tells that a provider key rests.
	KeyCooldown = declare(Subject{
		Pattern:   "ctl.key.cooldown.<provider>.<key>",
		Doc:       "A provider has refused one of its keys; it rests everywhere until the time given.",
		Publish:   Access{Any: every},
		Subscribe: Access{Any: every},
	})
	// KeyBreaker tells that the breaker of a provider key has opened or closed.
	KeyBreaker = declare(Subject{
		Pattern:   "ctl.key.breaker.<provider>.<key>",
		Doc:       "A provider key's breaker has opened or closed.",
		Publish:   Access{Any: every},
		Subscribe: Access{Any: every},
	})
)

// Events of nodes, for who looks at the cluster. They may be lost.
var (
	// RequestEvent is one step in the life of a call.
	RequestEvent = declare(Subject{
		Pattern:   "ev.req.<step>.<tenant>.<model>",
		Doc:       "A call's start, end, error, retry or fallback: metadata without bodies, sampled.",
		Publish:   Access{Any: Edge | Worker},
		Subscribe: Access{Any: Control},
	})
	// NodeEvent is one step in the life of a node.
	NodeEvent = declare(Subject{
		Pattern:   "ev.node.<step>.<node>",
		Doc:       "A node's join, apply, drain or leave.",
		Publish:   Access{Own: every},
		Subscribe: Access{Any: Control},
	})
)

// DirectQueue is the queue group in which workers listen to [OverflowDirect].
const DirectQueue = "workers"

// Overflow: calls that an edge hands over, and the frames of their answers.
var (
	// OverflowCall goes to the stream [Overflow].
	OverflowCall = declare(Subject{
		Pattern: "ovf.<pool>",
		Doc:     "A call for a worker with a free slot at this provider.",
		Publish: Access{Any: Edge},
	})
	// OverflowDirect is a queue group of workers, for when the stream is away.
	OverflowDirect = declare(Subject{
		Pattern:   "ovd.<pool>",
		Doc:       "A call for any worker, past the queue: for while its stream has no leader. Queue group `workers`.",
		Publish:   Access{Any: Edge},
		Subscribe: Access{Any: Worker},
	})
	// Frames carries an answer back.
	Frames = declare(Subject{
		Pattern:   "frm.<edge>.<call>",
		Doc:       "Frames of an answer, from the worker to the edge: start, data, heartbeat, end, error.",
		Publish:   Access{Any: Worker},
		Subscribe: Access{Own: Edge},
	})
	// Flow goes the other way.
	Flow = declare(Subject{
		Pattern:   "flw.<worker>.<call>",
		Doc:       "From the edge to the worker: credit for more frames, or that the call is cancelled.",
		Publish:   Access{Any: Edge},
		Subscribe: Access{Own: Worker},
	})
)

// Programs that are MCP servers: workers run them, the others ask them.
var (
	// MCPAsk is a question to a program.
	MCPAsk = declare(Subject{
		Pattern:   "mcp.<client>",
		Doc:       "A question to an MCP server that is a program: its tools, whether it is there, or the call of one. Any worker that runs it answers. Queue group `workers`.",
		Publish:   Access{Any: Edge | Control},
		Subscribe: Access{Any: Worker},
	})
	// MCPAnswer carries the answer back.
	MCPAnswer = declare(Subject{
		Pattern:   "mca.<node>.<call>",
		Doc:       "Pieces of the answer of an MCP server's program, from the worker to the node that has asked.",
		Publish:   Access{Any: Worker},
		Subscribe: Access{Own: Edge | Control},
	})
	// MCPGivenUp tells that nobody waits for an answer any more.
	MCPGivenUp = declare(Subject{
		Pattern:   "mcg.<node>.<call>",
		Doc:       "Who has asked an MCP server's program waits for the answer no more: the worker has the program give the call up.",
		Publish:   Access{Own: Edge | Control},
		Subscribe: Access{Any: Worker},
	})
	// MCPSession tells what a client of the gateway's own MCP server gives up.
	MCPSession = declare(Subject{
		Pattern:   "mcs.<session>",
		Doc:       "A client of `/mcp` has cancelled a request of its session, whose id is the body; with none, the session has ended.",
		Publish:   Access{Any: Edge},
		Subscribe: Access{Any: Edge},
	})
)

// EdgesQueue is the queue group in which edges listen to [TestCall].
const EdgesQueue = "edges"

// Calls that a control has some edge make, since it takes none itself.
var (
	// TestCall is such a call.
	TestCall = declare(Subject{
		Pattern:   "try.call",
		Doc:       "A call that somebody tries the cluster with, sealed. Any edge makes it. Queue group `edges`.",
		Publish:   Access{Any: Control},
		Subscribe: Access{Any: Edge},
	})
	// TestAnswer carries the answer back.
	TestAnswer = declare(Subject{
		Pattern:   "tra.<node>.<call>",
		Doc:       "The answer of such a call, or its pieces, sealed, from the edge to the control that has asked.",
		Publish:   Access{Any: Edge},
		Subscribe: Access{Own: Control},
	})
	// TestGivenUp tells that nobody waits for such an answer any more.
	TestGivenUp = declare(Subject{
		Pattern:   "trg.<node>.<call>",
		Doc:       "Nobody waits for the answer of such a call any more: the edge gives it up.",
		Publish:   Access{Own: Control},
		Subscribe: Access{Any: Edge},
	})
)

// HookAsk has a plugin's program asked what becomes of a call.
var HookAsk = declare(Subject{
	Pattern:   "hook.<point>.<plugin>",
	Doc:       "A frame for the program behind a plugin of the kind `nats`. It answers to where the request wants it. Programs listen as a queue group.",
	Publish:   Access{Any: Edge | Control},
	Subscribe: Access{Own: Plugin},
})

// Facts: each is stored in the stream of streams.go that has its subject.
var (
	// ConfigCommit goes to the stream [Commits].
	ConfigCommit = declare(Subject{
		Pattern: "cfg.commit",
		Doc:     "A change of the configuration. Its sequence in the stream is the revision.",
		Publish: Access{Any: Control},
	})
	// UsageBatch goes to the stream [Usage].
	UsageBatch = declare(Subject{
		Pattern:   "usage.<node>",
		Doc:       "A batch of usage records.",
		Publish:   Access{Own: Edge | Worker},
		Subscribe: Access{Any: Control},
	})
	// TranscriptBatch goes to the stream [Transcripts].
	TranscriptBatch = declare(Subject{
		Pattern: "said.<node>",
		Doc:     "A batch of what was said in calls, redacted, where the configuration has that kept.",
		Publish: Access{Own: Edge | Worker},
	})
	// AuditEntry goes to the stream [Audit].
	AuditEntry = declare(Subject{
		Pattern: "audit.<actor>.<entity>",
		Doc:     "Who changed what.",
		Publish: Access{Any: Control},
	})
	// JobRun goes to the stream [Jobs].
	JobRun = declare(Subject{
		Pattern: "job.<job>",
		Doc:     "A job to run.",
		Publish: Access{Any: every},
	})
	// WebhookSend goes to the stream [Webhooks].
	WebhookSend = declare(Subject{
		Pattern: "webhook.<delivery>",
		Doc:     "A webhook to deliver.",
		Publish: Access{Any: every},
	})
	// BudgetThreshold goes to the stream [Events]. The body is a threshold.Event of
	// pkg/limits/threshold.
	BudgetThreshold = declare(Subject{
		Pattern: "ev.budget.threshold.<limit>",
		Doc:     "What is counted of a limit has come to its warning threshold, for the first time in its period.",
		Publish: Access{Any: Edge | Worker},
	})
	// GuardEvent goes to the stream [Guard]. The body is a plugin.Incident of pkg/plugin.
	GuardEvent = declare(Subject{
		Pattern: "ev.guard.<step>.<tenant>.<plugin>",
		Doc:     "A guardrail has found something in a call: `hit`, or `block` where the call was refused. Which rule and check, and a hash of the text; nothing of what was said.",
		Publish: Access{Any: Edge | Worker},
	})
	// DeadJob goes to the stream [DeadLetters].
	DeadJob = declare(Subject{
		Pattern: "dead.job.<job>",
		Doc:     "A job that was tried as often as it may be.",
		Publish: Access{Any: Worker | Control},
	})
	// DeadWebhook goes to the stream [DeadLetters].
	DeadWebhook = declare(Subject{
		Pattern: "dead.webhook.<delivery>",
		Doc:     "A webhook that was tried as often as it may be.",
		Publish: Access{Any: Worker | Control},
	})
	// DeadEvent goes to the stream [DeadLetters].
	DeadEvent = declare(Subject{
		Pattern: "dead.event.<plugin>",
		Doc:     "Events that a plugin has not taken, as often as it was tried or because it refused them.",
		Publish: Access{Any: Control},
	})
)

// Subjects of the server.
var (
	// DeliveriesExceeded tells of a message that no consumer will get again.
	DeliveriesExceeded = declare(Subject{
		Pattern:   "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.<stream>.<consumer>",
		Doc:       "A message was delivered as often as its consumer allows; it stays in a work queue until it is deleted.",
		Subscribe: Access{Any: Worker | Control},
	})
	// clientConnected and clientGone are known to the server's own account alone.
	clientConnected = declare(Subject{
		Pattern:   "$SYS.ACCOUNT.<account>.CONNECT",
		Doc:       "A client has connected.",
		Subscribe: Access{Any: Admin},
	})
	clientGone = declare(Subject{
		Pattern:   "$SYS.ACCOUNT.<account>.DISCONNECT",
		Doc:       "A client's connection has ended.",
		Subscribe: Access{Any: Admin},
	})
)
