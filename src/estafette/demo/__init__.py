"""An invented, realistic day around Geneva."""
