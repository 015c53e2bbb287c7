from flask import Blueprint

staff = Blueprint("consultations", __name__, template_folder="../templates", url_prefix="/desk/<desk_id>")
