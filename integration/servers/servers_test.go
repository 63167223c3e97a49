package servers_test

import (
	"testing"

	"github.com/asbru-gateway/asbru/integration/servers"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

func TestPostgresComesBackWithItsData(t *testing.T) {
	server := servers.Postgres(t)
	url := server.Database(t)
	exec := func(sql string) error {
		conn, err := pgx.Connect(t.Context(), url)
		if err != nil {
			return err
		}
		defer conn.Close(t.Context())
		_, err = conn.Exec(t.Context(), sql)
		return err
	}
	require.NoError(t, exec("create table kept (n int)"))
	server.Stop(t)
	require.Error(t, exec("select 1"))
	server.Start(t)
	require.NoError(t, exec("insert into kept values (1)"))
	server.Kill(t)
	require.Error(t, exec("select 1"))
	server.Start(t)
	require.NoError(t, exec("drop table kept"))
}
