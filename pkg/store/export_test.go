package store

import "context"

// Tamper runs a statement behind the store's back.
func Tamper(ctx context.Context, s *Store, statement string) error {
	_, err := s.write.ExecContext(ctx, statement)
	return err
}
