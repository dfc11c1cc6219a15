"""Invented people and streets: given names that are usual in Geneva, family names that nobody bears."""

GIVEN_NAMES = (
    "Adèle", "Alba", "Amadou", "Anaïs", "André", "Antoinette", "Armando", "Basile", "Béatrice", "Carmen",
    "Célestin", "Chantal", "Claudine", "Dario", "Denise", "Dragana", "Édith", "Élio", "Estelle", "Fatima",
    "Firmin", "Gaspard", "Gilberte", "Hélène", "Hugo", "Inès", "Ivo", "Jeanne", "Joaquim", "Karim",
    "Léontine", "Lorenzo", "Lucienne", "Maïté", "Marcel", "Mireille", "Nadia", "Noémie", "Octave", "Paola",
    "Paulette", "Raymond", "Rosa", "Samir", "Simone", "Teresa", "Ulysse", "Violette", "Yvette", "Zoran",
)  # fmt: skip

FAMILY_NAMES = (
    "Arvelin", "Belmorat", "Bossélan", "Brévannaz", "Chamoret", "Corbessat", "Dardaniaz", "Essertal",
    "Favrelin", "Florimaz", "Grangeraz", "Hermancet", "Jardinoz", "Jonctaz", "Lavoiret", "Lémanet",
    "Malanouz", "Marignet", "Montbrillaz", "Nantaz", "Onexat", "Pailletaz", "Perlandin", "Plantavaz",
    "Pontetaz", "Pralinet", "Quaidor", "Rhônaz", "Rivelin", "Roseraz", "Salévin", "Satignon", "Serveteau",
    "Tavernaz", "Treillard", "Troinaz", "Vandolet", "Vermontaz", "Veyrandaz", "Viaducet",
)  # fmt: skip

STREETS = (
    "Chemin des Tilleuls", "Rue du Vieux-Four", "Avenue des Marronniers", "Chemin du Pressoir",
    "Rue des Lavandières", "Chemin de la Source", "Avenue du Verger", "Rue de la Fontaine",
    "Chemin des Noisetiers", "Rue du Cadran", "Chemin de la Passerelle", "Avenue des Peupliers",
)  # fmt: skip
