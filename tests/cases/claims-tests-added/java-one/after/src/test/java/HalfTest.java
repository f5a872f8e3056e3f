class HalfTest {
    @Test
    void two() {
        assertEquals(1, new Half().half(2));
    }

    @Test
    void four() {{
        assertEquals(2, new Half().half(4));
    }}
}
