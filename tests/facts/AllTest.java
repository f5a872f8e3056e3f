/* A file with every construct. */
package org.example.shape;

import java.util.List;
import static org.junit.jupiter.api.Assertions.assertEquals;
import org.example.other.*;

/** Documented. */
public class AllTest extends Base {
    static final int LIMIT = 10;
    private String name = "a // no comment";

    public AllTest(int n, String... names) { this.n = n; }

    @BeforeEach
    void setUp() { reset(); }

    private void check(Shape shape) { assertEquals(3, shape.n()); }

    @Test
    void adds() {
        assertEquals(3, sum(1, 2));
        assertEquals(3, 3);
        assertTrue(sum(1, 2) == 3);
        assertTrue(list.isEmpty());
        assertNotNull(shape);
        assertThat(shape.names()).hasSize(2).containsExactly("a", "b");
        assertThat(sum(1, 2), is(3));
        verify(mock).call(1);
        if (deep) { assertSame(shape, other); }
        check(shape);
    }

    @Test
    @Disabled("flaky: #3")
    @DisplayName("is skipped")
    void skipped() { assertThrows(IllegalStateException.class, () -> run()); }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void many(int n) { assertNotEquals(0, f(n)); }

    @Test(expected = IOException.class)
    public void fails() throws IOException { load(); }

    @Test(enabled = false)
    public void off() { run(); }

    @Nested
    @DisabledOnOs(OS.WINDOWS)
    class Inner {
        @RepeatedTest(3)
        void again() { assumeTrue(isFast(), "slow"); assert n > 0 : "n"; }
    }

    enum Colour { RED, GREEN }

    interface Shape { int n(); }

    record Pair(int a, String b) { }
}

class OldTest extends junit.framework.TestCase {
    public void testOld() { assertEquals("message", 1, f()); }
}
