public enum Size {
    SMALL,
    LARGE
}
