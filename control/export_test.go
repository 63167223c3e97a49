package control

import "context"

// Permission returns the name of the least role that may ask for an operation, "" for
// anybody; whether those may who are confined to teams; and whether it is listed at all.
func Permission(operation string) (least string, teams, listed bool) {
	p, listed := permissions[operation]
	return p.least.String(), p.teams, listed
}

// Reconsider is what a Live that is running does every now and then.
func (l *Live) Reconsider(ctx context.Context) { l.reconsider(ctx) }
