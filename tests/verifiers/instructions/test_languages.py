"""Which language a response is in."""

import pytest

from r1gym.verifiers.instructions.languages import LANGUAGES, language_of

TEXTS = {
    "en": "The weather is fine today, and we are going to the park with our dog.",
    "de": "Das Wetter ist heute schön, und wir gehen mit dem Hund in den Park.",
    "fr": "Il fait beau aujourd'hui et nous allons au parc avec notre chien.",
    "es": "Hoy hace buen tiempo y vamos al parque con nuestro perro.",
    "pt": "Hoje o tempo está bom e vamos ao parque com o nosso cachorro.",
    "it": "Oggi il tempo è bello e andiamo al parco con il nostro cane.",
    "pl": "Dziś jest ładna pogoda i idziemy do parku z naszym psem.",
    "fi": "Tänään on kaunis sää ja menemme puistoon koiramme kanssa.",
    "sw": "Leo hali ya hewa ni nzuri na tunaenda kwenye bustani na mbwa wetu.",
    "vi": "Hôm nay thời tiết đẹp và chúng tôi đi công viên với con chó.",
    "ru": "Сегодня хорошая погода, и мы идём в парк с нашей собакой.",
    "uk": "Сьогодні гарна погода, і ми йдемо в парк із нашим собакою.",
    "bg": "Днес времето е хубаво и ние отиваме в парка с нашето куче.",
    "ar": "الطقس جميل اليوم ونحن ذاهبون إلى الحديقة مع كلبنا.",
    "fa": "امروز هوا خوب است و ما با سگمان به پارک می‌رویم.",
    "ur": "آج موسم اچھا ہے اور ہم اپنے کتے کے ساتھ پارک جا رہے ہیں۔",
    "hi": "आज मौसम अच्छा है और हम अपने कुत्ते के साथ पार्क जा रहे हैं।",
    "mr": "आज हवामान चांगले आहे आणि आम्ही आमच्या कुत्र्यासोबत उद्यानात जात आहोत.",
    "ne": "आज मौसम राम्रो छ र हामी हाम्रो कुकुरसँग पार्क जाँदैछौं।",
    "bn": "আজ আবহাওয়া ভালো এবং আমরা পার্কে যাচ্ছি।",
    "pa": "ਅੱਜ ਮੌਸਮ ਚੰਗਾ ਹੈ ਅਤੇ ਅਸੀਂ ਪਾਰਕ ਜਾ ਰਹੇ ਹਾਂ।",
    "gu": "આજે હવામાન સારું છે અને અમે પાર્કમાં જઈએ છીએ.",
    "ta": "இன்று வானிலை நன்றாக உள்ளது, நாங்கள் பூங்காவிற்குச் செல்கிறோம்.",
    "te": "ఈ రోజు వాతావరణం బాగుంది మరియు మేము పార్కుకు వెళ్తున్నాము.",
    "kn": "ಇಂದು ಹವಾಮಾನ ಚೆನ್ನಾಗಿದೆ ಮತ್ತು ನಾವು ಉದ್ಯಾನವನಕ್ಕೆ ಹೋಗುತ್ತಿದ್ದೇವೆ.",
    "ml": "ഇന്ന് കാലാവസ്ഥ നല്ലതാണ്, ഞങ്ങൾ പാർക്കിലേക്ക് പോകുന്നു.",
    "th": "วันนี้อากาศดีและเรากำลังไปสวนสาธารณะกับสุนัขของเรา",
    "ko": "오늘 날씨가 좋아서 우리는 개와 함께 공원에 갑니다.",
    "ja": "今日は天気がいいので、犬と一緒に公園へ行きます。",
    "zh": "今天天气很好，我们和狗一起去公园。",
    "he": "מזג האוויר יפה היום ואנחנו הולכים לפארק עם הכלב שלנו.",
    "el": "Σήμερα ο καιρός είναι καλός και πηγαίνουμε στο πάρκο.",
}


@pytest.mark.parametrize("language", TEXTS)
def test_languages_that_instructions_ask_for(language):
    assert language in LANGUAGES and language_of(TEXTS[language]) == language


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_capitals_do_not_hide_a_language(language):
    assert language_of(TEXTS[language].upper()) == language


def test_a_few_foreign_words_do_not_change_it():
    assert language_of(f"{TEXTS['hi']} Python Newton") == "hi"
    assert language_of(f"{TEXTS['en']} Здравствуйте") == "en"


def test_notation_is_in_no_language():
    assert language_of("42 + 1 = 43 ...") is None and language_of("") is None
    assert language_of(f"{TEXTS['de']} `return the value of this and that`") == "de"
    assert language_of("`and that is what they said`") == "en"  # of code alone its words are read


@pytest.mark.parametrize("text", ["Hello, 42.", "tea time", "stop", "TEA"])
def test_a_few_words_may_be_in_any_language(text):
    assert language_of(text) in (None, "en")


@pytest.mark.parametrize(
    ("text", "language"), [("Oui, merci beaucoup", "fr"), ("danke schön", "de"), ("yes", "en")]
)
def test_a_few_telling_words(text, language):
    assert language_of(text) == language
