import cv2


def size(path):
    return cv2.imread(path).shape
