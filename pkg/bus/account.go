package bus

import (
	"fmt"
	"strings"
)

// anyNode stands for the name of a node where permissions are made for all of a role.
const anyNode = "ANYNODE"

// Account returns the part of nats-server's configuration by which a NATS that is not
// ours lets the nodes of a cluster in: a user for each role, with the role's permissions
// and a password from the server's environment. That server does not know one node of a
// role from another, so what each may do only in its own name, each may do in any.
func Account() string {
	var b strings.Builder
	b.WriteString("authorization {\n  users: [\n")
	for _, role := range []Role{Edge, Worker, Control} {
		p := permissions(role, anyNode)
		fmt.Fprintf(&b, "    {\n      user: %s\n      password: $%s\n      permissions: {\n", role, passwordVariable(role))
		writeAllowed(&b, "publish", p.Publish.Allow)
		writeAllowed(&b, "subscribe", p.Subscribe.Allow)
		b.WriteString("      }\n    }\n")
	}
	b.WriteString("  ]\n}\n")
	return b.String()
}

// passwordVariable is the variable of the server's environment with a role's password.
func passwordVariable(role Role) string {
	return "ASBRU_NATS_" + strings.ToUpper(role.String()) + "_PASSWORD"
}

func writeAllowed(b *strings.Builder, what string, subjects []string) {
	fmt.Fprintf(b, "        %s: { allow: [\n", what)
	for _, s := range subjects {
		fmt.Fprintf(b, "          %q\n", strings.ReplaceAll(s, anyNode, "*"))
	}
	b.WriteString("        ] }\n")
}
