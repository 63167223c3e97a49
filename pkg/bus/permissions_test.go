package bus_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
)

type rule struct {
	subject string
	allowed bool
}

func allow(subjects ...string) (rules []rule) {
	for _, s := range subjects {
		rules = append(rules, rule{s, true})
	}
	return rules
}

func deny(subjects ...string) (rules []rule) {
	for _, s := range subjects {
		rules = append(rules, rule{s, false})
	}
	return rules
}

// Each node is called "me".
func TestARoleMayOnlySayWhatIsDeclared(t *testing.T) {
	s := startServer(t, nil)
	for role, rules := range map[bus.Role][][]rule{
		bus.Edge: {
			allow("ovf.openai", "ovd.openai", "mcs.session", "tra.control-1.call-1", "hook.before_route.house", "flw.worker-1.call-1", "usage.me", "ev.node.join.me", "ev.req.start.acme.gpt-4o", "ev.guard.block.acme.guardrails",
				"ctl.key.cooldown.openai.k1", "$KV.nodes.me", "$KV.idem.abc", "$KV.mcptokens.files.shared", "$KV.mcpsignins.files.shared", "$JS.API.STREAM.MSG.GET.KV_mcptokens", "$KV.jobs.j1", "job.j1", "webhook.w1",
				"$O.blobs.C.x", "$O.results.M.x", "$O.fileparts.C.x", "$KV.files.o.f", "$KV.batches.o.b", "$JS.API.STREAM.PURGE.OBJ_fileparts", "$JS.API.STREAM.MSG.DELETE.OVF", "$JS.API.STREAM.PURGE.OBJ_blobs", "$JS.API.INFO", "$JS.API.STREAM.INFO.KV_cfg",
				"$JS.API.DIRECT.GET.KV_cfg.$KV.cfg.active", "$JS.API.STREAM.MSG.GET.KV_vk", "$JS.API.DIRECT.GET.OBJ_cfgsnap"),
			deny("cfg.commit", "try.call", "trg.me.call-1", "$KV.cfg.active", "$KV.vk.k1", "$KV.leases.provision", "$KV.signin.x", "$O.cfgsnap.C.x", "$O.cfgsnap.M.x", "$O.plugins.C.x", "$KV.plugins.x",
				"ctl.cfg.active", "ctl.vk.k1", "ctl.node.down.other", "ctl.node.drain.other", "frm.other.call-1", "frm.me.call-1",
				"usage.other", "ev.node.leave.other", "$KV.nodes.other", "audit.me.key", "dead.job.j1",
				"$JS.API.STREAM.CREATE.X", "$JS.API.STREAM.UPDATE.CFG", "$JS.API.STREAM.DELETE.CFG", "$JS.API.STREAM.PURGE.OVF",
				"$JS.API.STREAM.MSG.GET.OVF", "$JS.API.STREAM.MSG.DELETE.JOBS", "$JS.API.STREAM.PURGE.OBJ_results", "$JS.API.STREAM.PURGE.OBJ_cfgsnap", "$JS.API.DIRECT.GET.OBJ_blobsx", "$JS.API.DIRECT.GET.USAGE",
				"$JS.API.CONSUMER.CREATE.KV_cfg.x", "$JS.API.CONSUMER.CREATE.OBJ_blobs.x.y", "$JS.API.CONSUMER.DURABLE.CREATE.OVF.x",
				"$JS.API.CONSUMER.MSG.NEXT.OVF.openai", "$JS.API.CONSUMER.MSG.NEXT.USAGE.ledger", "$JS.ACK.OVF.openai.1.1.1.1.1",
				"_INBOX.edge.other.x", "_INBOX.control.me.x", "$SYS.REQ.SERVER.PING", "anything"),
		},
		bus.Worker: {
			allow("frm.edge-1.call-1", "usage.me", "dead.job.j1", "job.j1", "$KV.nodes.me", "$KV.jobs.j1", "$O.results.C.x", "$O.fileparts.C.x", "$KV.files.o.f", "$KV.batches.o.b",
				"$JS.API.CONSUMER.INFO.OVF.openai", "$JS.API.CONSUMER.MSG.NEXT.OVF.openai", "$JS.ACK.OVF.openai.1.1.1.1.1",
				"$JS.API.CONSUMER.MSG.NEXT.JOBS.workers", "$JS.ACK.JOBS.workers.1.1.1.1.1", "$JS.API.STREAM.MSG.DELETE.JOBS",
				"$JS.API.CONSUMER.MSG.NEXT.USAGE.ledger", "$JS.API.DIRECT.GET.OBJ_blobs", "$JS.API.DIRECT.GET.KV_cfg.$KV.cfg.active"),
			deny("cfg.commit", "mcs.session", "try.call", "tra.control-1.call-1", "hook.before_route.house", "$KV.cfg.active", "$KV.vk.k1", "$KV.leases.provision", "$KV.signin.x", "$KV.mcptokens.files.shared", "$JS.API.STREAM.MSG.GET.KV_mcptokens", "$O.cfgsnap.M.x", "$O.plugins.C.x", "$KV.plugins.x", "$O.blobs.C.x", "ovf.openai",
				"flw.me.call-1", "flw.other.call-1", "usage.other", "$KV.nodes.other", "ctl.node.down.other", "ctl.cfg.active", "audit.me.key",
				"$JS.API.CONSUMER.CREATE.OVF.x.ovf.openai", "$JS.API.CONSUMER.CREATE.JOBS.x", "$JS.API.STREAM.MSG.DELETE.CFG",
				"$JS.API.STREAM.PURGE.JOBS", "$JS.API.STREAM.DELETE.OVF", "$JS.API.STREAM.MSG.DELETE.OVF", "$JS.API.STREAM.PURGE.OBJ_blobs", "_INBOX.worker.other.x", "anything"),
		},
		bus.Control: {
			allow("cfg.commit", "try.call", "trg.me.call-1", "$KV.cfg.active", "$KV.vk.k1", "$KV.leases.provision", "$KV.signin.x", "$O.cfgsnap.M.x", "$O.plugins.C.x", "$KV.plugins.x", "$JS.API.STREAM.PURGE.OBJ_plugins", "ctl.node.down.other", "ctl.node.drain.other",
				"audit.me.key", "$JS.API.STREAM.CREATE.X", "$JS.API.CONSUMER.CREATE.KV_vk.x", "$JS.API.CONSUMER.MSG.NEXT.USAGE.ledger"),
			deny("ovf.openai", "tra.me.call-1", "trg.other.call-1", "$O.fileparts.C.x", "$KV.files.o.f", "$KV.batches.o.b", "frm.edge-1.call-1", "flw.worker-1.call-1", "usage.me", "usage.other", "$KV.nodes.other", "ctl.cfg.active", "ctl.vk.k1",
				"$O.blobs.C.x", "$SYS.REQ.SERVER.PING", "_INBOX.control.other.x", "anything"),
		},
		bus.Admin: {
			allow("$SYS.REQ.SERVER.PING"),
			deny("cfg.commit", "ovf.openai", "$JS.API.STREAM.DELETE.CFG", "anything"),
		},
		bus.Plugin: {
			deny("cfg.commit", "hook.before_route.me", "hook.before_route.other", "ovf.openai", "ctl.cfg.active", "$KV.vk.k1", "$JS.API.INFO",
				"_INBOX.edge.edge-1.x", "_INBOX.plugin.me.x", "anything"),
		},
		bus.Edge | bus.Worker | bus.Control: {
			allow("cfg.commit", "ovf.openai", "frm.me.call-1", "flw.me.call-1", "usage.me"),
			deny("usage.other", "ctl.cfg.active", "$SYS.REQ.SERVER.PING", "anything"),
		},
	} {
		t.Run(role.String(), func(t *testing.T) {
			c := client(t, s, role, "me")
			for _, rules := range rules {
				for _, r := range rules {
					require.Equal(t, r.allowed, c.maySay(r.subject), "publish to %s", r.subject)
				}
			}
		})
	}
}

func TestARoleMayOnlyHearWhatIsDeclared(t *testing.T) {
	s := startServer(t, nil)
	for role, rules := range map[bus.Role][][]rule{
		bus.Edge: {
			allow("ctl.cfg.active", "ctl.vk.*", "ctl.vk.k1", "ctl.node.down.*", "ctl.node.beat.*", "ctl.node.drain.me", "ctl.key.cooldown.*.*",
				"ctl.idem.abc", "ctl.job.j1", "frm.me.*", "try.call", "trg.*.*", "_INBOX.edge.me.>"),
			deny(">", "ctl.>", "tra.me.*", "ctl.node.drain.other", "ctl.node.drain.*", "frm.*.*", "frm.other.*", "frm.other.call-1", "flw.me.*", "ovf.*", "ovd.openai",
				"usage.*", "audit.>", "cfg.commit", "ev.>", "ev.req.*.*.*", "job.*", "$KV.>", "$KV.vk.*", "$O.>", "$JS.>", "$SYS.>",
				"_INBOX.>", "_INBOX.edge.>", "_INBOX.edge.other.>", "_INBOX.edge.mex.>", "_INBOX.control.me.>"),
		},
		bus.Worker: {
			allow("ctl.cfg.active", "ctl.vk.*", "flw.me.*", "ovd.openai", "_INBOX.worker.me.>", "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.*.*"),
			deny(">", "try.call", "trg.*.*", "frm.*.*", "frm.me.*", "flw.other.*", "flw.*.*", "ovf.*", "job.*", "$KV.>", "$JS.>", "_INBOX.worker.other.>", "_INBOX.edge.me.>"),
		},
		bus.Control: {
			allow("ctl.cfg.active", "ev.req.*.*.*", "ev.node.*.*", "tra.me.*", "ctl.node.beat.*", "_INBOX.control.me.>"),
			deny(">", "try.call", "trg.*.*", "trg.me.*", "tra.*.*", "tra.other.*", "frm.*.*", "flw.*.*", "ovf.*", "$SYS.>", "$SYS.ACCOUNT.*.DISCONNECT", "_INBOX.control.other.>", "_INBOX.edge.me.>"),
		},
		bus.Admin: {
			allow("$SYS.ACCOUNT.*.CONNECT", "$SYS.ACCOUNT.*.DISCONNECT"),
			deny(">", "ctl.>", "frm.*.*"),
		},
		bus.Plugin: {
			allow("hook.*.me", "hook.before_route.me"),
			deny(">", "hook.>", "hook.*.*", "hook.before_route.other", "ctl.cfg.active", "_INBOX.>", "_INBOX.plugin.me.>", "_INBOX.edge.>"),
		},
	} {
		t.Run(role.String(), func(t *testing.T) {
			c := client(t, s, role, "me")
			for _, rules := range rules {
				for _, r := range rules {
					require.Equal(t, r.allowed, c.mayHear(r.subject), "subscribe to %s", r.subject)
				}
			}
		})
	}
}

func TestWhoIsNotANodeIsNotLetIn(t *testing.T) {
	s := startServer(t, nil)
	mine, err := bus.Credentials(cluster, bus.Edge, "me")
	require.NoError(t, err)
	for name, opts := range map[string][]nats.Option{
		"nobody":               nil,
		"a user":               {nats.UserInfo("asbru", "asbru")},
		"another node's name":  append(mine[:2:2], nats.Name("asbru/edge/other/control")),
		"another role's name":  append(mine[:2:2], nats.Name("asbru/control/me/control")),
		"a plugin's name":      append(mine[:2:2], nats.Name("asbru/plugin/me/program")),
		"two roles in one":     append(mine[:2:2], nats.Name("asbru/edge+admin/me/control")),
		"no role":              append(mine[:2:2], nats.Name("asbru//me/control")),
		"a name of other form": append(mine[:2:2], nats.Name("me")),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := nats.Connect(urls(s)[0], opts...)
			require.ErrorIs(t, err, nats.ErrAuthorization)
		})
	}
}

func TestWhatAServerRefusesIsCounted(t *testing.T) {
	s := startServer(t, nil)
	_, err := nats.Connect(urls(s)[0])
	require.ErrorIs(t, err, nats.ErrAuthorization)
	c := client(t, s, bus.Edge, "me")
	require.False(t, c.maySay("cfg.commit"))
	require.False(t, c.mayHear("usage.*"))
	want := `
# HELP asbru_nats_refused_total What this server refused: connection (of who did not prove to be a node of the cluster), subject (that a node's role may not publish or subscribe to).
# TYPE asbru_nats_refused_total counter
asbru_nats_refused_total{what="connection"} 1
asbru_nats_refused_total{what="subject"} 4
`
	require.NoError(t, testutil.CollectAndCompare(s.Collector(), strings.NewReader(want), "asbru_nats_refused_total"), "the sentinels are counted, too")
}

// hostile is a client that tries what it may not do.
type hostile struct {
	t         *testing.T
	nc        *nats.Conn
	forbidden chan string // the subjects that the server refused
}

// sentinel is a subject that nobody may use.
const sentinel = "nobody.may"

func client(t *testing.T, s *bus.Server, role bus.Role, node string) *hostile {
	t.Helper()
	c := &hostile{t: t, forbidden: make(chan string, 16)}
	opts, err := bus.Credentials(cluster, role, node)
	require.NoError(t, err)
	quoted := regexp.MustCompile(`"([^"]+)"`)
	c.nc, err = nats.Connect(urls(s)[0], append(opts, nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
		if m := quoted.FindStringSubmatch(err.Error()); m != nil {
			c.forbidden <- m[1]
		}
	}))...)
	require.NoError(t, err)
	t.Cleanup(c.nc.Close)
	return c
}

func (c *hostile) maySay(subject string) bool {
	require.NoError(c.t, c.nc.Publish(subject, nil))
	require.NoError(c.t, c.nc.Publish(sentinel, nil))
	return c.wasAllowed(subject)
}

func (c *hostile) mayHear(subject string) bool {
	for _, s := range []string{subject, sentinel} {
		sub, err := c.nc.SubscribeSync(s)
		require.NoError(c.t, err)
		defer sub.Unsubscribe()
	}
	return c.wasAllowed(subject)
}

// wasAllowed reads what was forbidden, up to the sentinel that came after the subject.
func (c *hostile) wasAllowed(subject string) bool {
	require.NoError(c.t, c.nc.Flush())
	allowed := true
	for forbidden := range c.forbidden {
		if forbidden == sentinel {
			return allowed
		}
		require.Equal(c.t, subject, forbidden)
		allowed = false
	}
	return allowed
}
