package bus

import (
	"slices"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// inboxPrefix is where a node gets the answers to its requests. No other may listen
// there.
func inboxPrefix(role Role, node string) string {
	return "_INBOX." + role.String() + "." + Token(node)
}

// permissions are what a node in a role may publish and subscribe to. What the
// declarations do not allow is refused by the server.
func permissions(role Role, node string) *server.Permissions {
	var r rules
	if role != Plugin { // it asks nothing
		r.subscribe(inboxPrefix(role, node) + ".>")
	}
	if role == Admin {
		r.publish("$SYS.REQ.>")
	}
	for _, s := range subjects {
		if subject, ok := s.allowed(s.Publish, role, node); ok {
			r.publish(subject)
		}
		if subject, ok := s.allowed(s.Subscribe, role, node); ok {
			r.subscribe(subject)
		}
	}
	if role.has(every) {
		r.publish("$JS.API.INFO")
	}
	if role.has(Control) { // who provisions
		r.publish("$JS.API.>", "$JS.ACK.>", "$JS.FC.>")
	}
	for _, s := range streams {
		r.stream(s, role)
	}
	for _, b := range buckets {
		r.bucket(b, role, node)
	}
	for _, s := range objectStores {
		r.objects(s, role)
	}
	p := &server.Permissions{
		Publish:   &server.SubjectPermission{Allow: unique(r.pub)},
		Subscribe: &server.SubjectPermission{Allow: unique(r.sub)},
	}
	if role == Plugin {
		p.Publish.Allow = []string{} // nil would be everything
		p.Response = &server.ResponsePermission{MaxMsgs: 1, Expires: answerWithin}
	}
	return p
}

// answerWithin is as long as any plugin may take.
const answerWithin = 10 * time.Minute

// rules are the subjects allowed so far.
type rules struct{ pub, sub []string }

func (r *rules) publish(subjects ...string)   { r.pub = append(r.pub, subjects...) }
func (r *rules) subscribe(subjects ...string) { r.sub = append(r.sub, subjects...) }

// stream allows what a role may do with a stream beyond publishing to it. Nobody but
// control makes consumers: one that delivers to a subject of its maker's choice would
// publish there in the server's name.
func (r *rules) stream(s *Stream, role Role) {
	if role.has(s.Read) {
		r.read(s.Name)
	}
	if role.has(s.Delete) {
		r.publish("$JS.API.STREAM.MSG.DELETE." + s.Name)
	}
	for _, c := range s.Consumers {
		if role.has(c.Roles) {
			r.consume(s.Name, c.Name)
		}
	}
	if s == Overflow && role.has(Worker) { // its consumers are those of the providers
		r.consume(s.Name, "*")
	}
}

func (r *rules) consume(stream, consumer string) {
	r.publish(
		"$JS.API.STREAM.INFO."+stream,
		"$JS.API.CONSUMER.INFO."+stream+"."+consumer,
		"$JS.API.CONSUMER.MSG.NEXT."+stream+"."+consumer,
		"$JS.ACK."+stream+"."+consumer+".>",
	)
}

func (r *rules) read(stream string) {
	r.publish("$JS.API.STREAM.INFO."+stream, "$JS.API.DIRECT.GET."+stream, "$JS.API.DIRECT.GET."+stream+".>")
}

func (r *rules) bucket(b *Bucket, role Role, node string) {
	switch {
	case !role.has(b.Read):
	case b.exact:
		r.publish("$JS.API.STREAM.INFO."+b.stream(), "$JS.API.STREAM.MSG.GET."+b.stream())
	default:
		r.read(b.stream())
	}
	if subject, ok := b.subject().allowed(b.Write, role, node); ok {
		r.publish("$JS.API.STREAM.INFO."+b.stream(), subject)
	}
}

func (r *rules) objects(s *ObjectStore, role Role) {
	if role.has(s.Read | s.Write) { // who writes looks first what is there
		r.read(s.stream())
	}
	if role.has(s.Write) {
		r.publish(s.subjects()...)
	}
	if role.has(s.Delete) {
		r.read(s.stream())
		r.publish("$JS.API.STREAM.PURGE." + s.stream())
	}
}

// unique is what remains when each subject is named once.
func unique(subjects []string) []string {
	slices.Sort(subjects)
	return slices.Compact(subjects)
}
