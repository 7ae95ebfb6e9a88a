"""What open requests are put together from."""

from __future__ import annotations

TOPICS = (
    "why the sky is blue", "how a bicycle stays upright", "what inflation is", "how vaccines work",
    "why bread rises", "how a refrigerator cools", "what a black hole is", "how elections work",
    "why leaves change colour", "how a computer stores numbers", "what photosynthesis does",
    "how the tides come about", "why we sleep", "how a bank makes money", "what a fossil is",
    "how a sailing boat goes against the wind", "why metals conduct electricity", "how bees talk",
    "what a mortgage is", "how glass is made", "why some people are left-handed", "how radar works",
    "what gravity does to time", "how a song gets stuck in the head", "why onions make us cry",
    "how compound interest grows", "what DNA is", "how a court trial proceeds", "why ice floats",
    "how a search engine ranks pages", "what makes chilli hot", "how earthquakes are measured",
    "why languages change", "how a battery stores energy", "what a prime number is",
    "how maps flatten the globe", "why cats purr", "how cheese is made", "what an algorithm is",
    "how rainbows form", "why the seasons change", "how memory fades", "what insurance is for",
    "how a violin makes its sound", "why salt preserves food", "how coral reefs grow",
    "what a supply chain is", "how planes stay in the air", "why we yawn", "how ink dries",
)  # fmt: skip
AUDIENCES = (
    "a curious child of eight", "a teenager who is bored", "a new colleague", "a retired farmer",
    "somebody who learns English", "an engineer from another field", "a patient in a waiting room",
    "a history teacher", "a busy manager", "a friend at dinner", "a class of beginners",
    "an expert who wants a check of the basics", "a museum visitor", "a sceptical uncle",
)  # fmt: skip
PAIRS = (
    ("trains", "long-distance buses"), ("renting", "buying a home"), ("tea", "coffee"),
    ("working at home", "working in an office"), ("paper books", "e-books"), ("cats", "dogs"),
    ("solar power", "wind power"), ("swimming", "running"), ("cash", "cards"),
    ("oil paint", "watercolour"),
    ("a village", "a big city"), ("cooking", "eating out"), ("a diary", "a blog"),
    ("electric cars", "petrol cars"), ("chess", "poker"), ("an index fund", "a savings account"),
    ("learning alone", "learning in a class"), ("Python", "a spreadsheet"), ("wood", "concrete"),
    ("a summer holiday", "a winter holiday"), ("letters", "phone calls"), ("a vote", "a consensus"),
    ("guitar", "piano"), ("a marathon", "a mountain hike"), ("owning tools", "sharing tools"),
)  # fmt: skip
ASPECTS = (
    "cost", "effort", "the effect on health", "the effect on nature", "fun", "safety",
    "what a beginner should know", "how they suit a family", "how they suit a student",
    "the long run", "time", "reliability",
)  # fmt: skip
PIECES = (
    "a letter", "a short poem", "a speech of one minute", "a product description", "a diary entry",
    "the opening of a story", "an invitation", "a complaint", "a thank-you note", "a news item",
    "a dialogue", "a radio advertisement",
)  # fmt: skip
SUBJECTS = (
    "a lost umbrella", "the first day at a new job", "a garden in autumn", "a broken lift",
    "a neighbour's drum kit", "a long train journey", "the opening of a library", "a stray dog",
    "a failed cake", "the last day of school", "a repaired bicycle", "moving to another town",
    "an old photograph", "a power cut", "a village festival", "a missed flight", "a new bridge",
    "a grandmother's recipe", "the first snow", "a chess club", "a kitchen robot", "a lighthouse",
    "a market at dawn", "a football match in the rain",
)  # fmt: skip
TONES = (
    "warm", "dry", "solemn", "playful", "polite but firm", "hopeful", "matter-of-fact", "nostalgic",
    "excited", "calm",
)  # fmt: skip
PERSONS = (
    "a student with little time", "a parent of two", "a nurse on night shifts",
    "a retired teacher",
    "a cook who cannot sleep", "a shy office worker", "a carpenter with a bad back", "a newcomer",
    "a musician before an audition", "a gardener without a garden", "a driver who hates traffic",
    "a runner after an injury", "a writer without ideas", "a volunteer with too many tasks",
)  # fmt: skip
WISHES = (
    "wants to read more", "wants to learn a language", "has to give a talk", "plans a small party",
    "wants to save for a trip", "must settle a quarrel with a friend", "wants to cook for guests",
    "has to choose between two offers", "wants to use the phone less", "must move house in a month",
    "wants to get fit", "has to learn for an exam", "wants to find new friends",
    "has to say no to a relative", "wants to grow tomatoes on a balcony", "needs a better routine",
    "wants to repair instead of buy", "has to write an application", "wants to keep a diary",
)  # fmt: skip
LENGTHS = (
    "in at most three sentences", "in about 100 words", "in one paragraph", "in five bullet points",
    "in at most 60 words", "in two short paragraphs", "as a numbered list", "in exactly four lines",
)  # fmt: skip
MANNERS = (
    "without technical terms", "with one everyday example", "with a surprising opening",
    "ending with a question", "without the word very", "correcting one common mistake",
    "with one number that gives a sense of scale", "naming one thing that is uncertain",
    "with a comparison from the kitchen", "without any adjective of praise",
)  # fmt: skip
CLUBS = (
    "rowing club", "chess club", "choir", "library", "bakery", "school garden", "repair cafe",
    "theatre group", "cycling club", "museum", "orchestra", "food bank",
)  # fmt: skip
TOWNS = ("Ashford", "Brennow", "Calder", "Dunmere", "Elmstead", "Farrow", "Glenby", "Harrowick")
