"""How the sentence selector is trained; nothing here is part of the product."""
