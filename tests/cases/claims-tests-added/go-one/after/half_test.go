package half

import "testing"

func TestTwo(t *testing.T) {
	if Half(2) != 1 {
		t.Fatal("two")
	}
}

func TestFour(t *testing.T) {{
	if Half(4) != 2 {{
		t.Fatal("four")
	}}
}}
