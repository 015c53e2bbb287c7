"""Draws one picture anew and ends. Runs alone, in a process of its own: a picture comes in, its points and nothing else go out.

Nothing of the house is imported here, and the environment is empty: a file made to break a decoder breaks this and nothing else.
"""

import resource
import sys
from io import BytesIO

import pillow_heif
from PIL import Image, ImageOps

MEMORY = 1024 * 1024**2
MOST_POINTS, LARGEST_SIDE = 120_000_000, 4096
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "HEIF")
# Whoever asked stops us by the clock; if they are gone, this does.
CPU_SECONDS = 15


def main() -> int:
    """0 and the picture as JPEG, or as PNG where one can see through it; 1 if this is no picture."""
    content = sys.stdin.buffer.read()
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    Image.MAX_IMAGE_PIXELS = MOST_POINTS
    pillow_heif.register_heif_opener()
    try:
        sys.stdout.buffer.write(redrawn(content))
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError):
        return 1
    return 0


def redrawn(content: bytes) -> bytes:
    with Image.open(BytesIO(content), formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_POINTS:
            raise ValueError("too many points")
        picture.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))  # a large photograph is read in a smaller size at once
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
        is_clear = upright.has_transparency_data
        points = upright.convert("RGBA" if is_clear else "RGB")
        # Pasted into an empty picture, so that nothing that hung on the old one can come along.
        fresh = Image.new(points.mode, points.size)
        fresh.paste(points)
    out = BytesIO()
    if is_clear:
        fresh.save(out, "PNG")
    else:
        fresh.save(out, "JPEG", quality=88)
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
