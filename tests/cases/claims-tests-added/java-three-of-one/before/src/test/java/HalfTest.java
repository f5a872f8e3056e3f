class HalfTest {
    @Test
    void two() {
        assertEquals(1, new Half().half(2));
    }
}
