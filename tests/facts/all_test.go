//go:build linux

// Package shape has every construct.
package shape

import (
	"fmt"
	alias "example.org/other"
	. "example.org/dot"
)

const Limit, low = 10, 1

var names = []string{"a // no comment", `raw`}

// Shape is documented.
type Shape struct {
	N int
	name, last string
}

type Area interface {
	Area(by int) float64
}

type Pairs map[string]int

func New(n int, names ...string) (*Shape, error) { return &Shape{N: n}, nil }

func (s *Shape) Grow(a, b int) int { return s.N + a + b }

func (p Pairs) size() int { return len(p) }

func checkShape(t *testing.T, s *Shape) {
	t.Helper()
	if s.N != 3 {
		t.Errorf("N = %d", s.N)
	}
}

func TestGrow(t *testing.T) {
	s, err := New(3)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Grow(1, 2); got != 6 {
		t.Errorf("got %d", got)
	}
	if !reflect.DeepEqual(s, want) {
		t.Error("differs")
	}
	if s.N < 2 {
		t.Fail()
	}
	checkShape(t, s)
	require.NoError(t, err)
	assert.Equal(t, 3, s.N)
	assert.True(t, s.N == 3)
	require.Panics(t, func() { s.Grow(0, 0) })
}

func TestTable(t *testing.T) {
	t.Run("first case", func(t *testing.T) {
		t.Run("inner", func(t *testing.T) { assert.Nil(t, f()) })
		t.Skip("later")
	})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := f(tt.in); got != tt.want {
				t.Fatalf("got %v", got)
			}
		})
	}
}

func TestShort(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	t.SkipNow()
}

func FuzzShape(f *testing.F) { f.Fuzz(func(t *testing.T, n int) { checkShape(t, nil) }) }

func ExampleNew() { fmt.Println(New(1)) }

func TestMain(m *testing.M) { m.Run() }

func Testable(t *testing.T) {}

func (s *BoxSuite) TestOpens() { s.Require().Equal(1, s.n) }
