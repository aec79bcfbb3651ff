// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/theme.h"

#include <QHash>
#include <QRegularExpression>

namespace nephele {

// Words in @at@ are tokens, words in #hash# are measures that grow with the font.
static const char rules[] = R"(
QToolTip { background: @raised@; color: @text@; border: 1px solid @line@; padding: 4px 6px; }
QLabel[tone="muted"] { color: @muted@; }
QLabel[tone="faint"] { color: @faint@; }
QLabel[tone="accent"] { color: @accent@; }
QLabel[tone="ok"] { color: @ok@; }
QLabel[tone="warn"] { color: @warn@; }
QLabel[tone="error"] { color: @error@; }
QLabel[tone="busy"] { color: @busy@; }

QFrame[ground="sunken"] { background: @sunken@; }
QFrame[ground="surface"] { background: @surface@; }
QFrame[ground="raised"] { background: @raised@; border: 1px solid @line@; border-radius: 8px; }
QFrame[ground="card"] { background: @card@; border: 1px solid @line@; border-radius: 8px; }
QFrame[ground="warn"] { background: @warnSoft@; border-radius: 6px; }
QFrame[ground="error"] { background: @errorSoft@; border-radius: 6px; }
QFrame[ground="accent"] { background: @accentSoft@; border-radius: 6px; }
QFrame[ground="key"] { background: @surface@; border: 1px solid @line@; border-radius: 4px; }
QFrame[ground="segments"] { background: @well@; border-radius: 7px; }
QFrame[rule="h"] { background: @line@; min-height: 1px; max-height: 1px; border: none; }
QFrame[rule="v"] { background: @line@; min-width: 1px; max-width: 1px; border: none; }

QPushButton { background: @control@; color: @text@; border: 1px solid @edge@; border-radius: 6px;
    padding: 0 12px; min-height: #28#px; }
QPushButton:hover { background: @hover@; }
QPushButton:pressed { background: @pressed@; }
QPushButton:disabled { color: @faint@; border-color: @line@; background: transparent; }
QPushButton[kind="primary"] { background: @accentFill@; color: @onAccent@; border-color: @accentFill@; }
QPushButton[kind="primary"]:hover { background: @accentFillHover@; border-color: @accentFillHover@; }
QPushButton[kind="primary"]:disabled { background: @track@; color: @faint@; border-color: @track@; }
QPushButton[kind="danger"] { background: @errorFill@; color: @onAccent@; border-color: @errorFill@; }
QPushButton[kind="danger"]:disabled { background: @track@; color: @faint@; border-color: @track@; }
QPushButton[kind="quiet"], QToolButton { background: transparent; border: 1px solid transparent;
    border-radius: 6px; padding: 0 8px; min-height: #28#px; color: @text@; }
QToolButton { padding: 0 6px; }
QPushButton[kind="quiet"]:hover, QToolButton:hover { background: @hover@; }
QPushButton[kind="quiet"]:pressed, QToolButton:pressed { background: @pressed@; }
QPushButton[kind="quiet"]:disabled, QToolButton:disabled { color: @faint@; border-color: transparent; }
QToolButton::menu-indicator, QPushButton::menu-indicator { image: none; width: 0; }
QPushButton[kind="link"] { background: transparent; border: none; color: @accent@; padding: 0 2px;
    min-height: #28#px; text-align: left; }
QPushButton[kind="link"]:hover { text-decoration: underline; }
QPushButton[kind="link"]:disabled { color: @faint@; }
QPushButton[kind="segment"] { border: 1px solid transparent; background: transparent; padding: 0 10px;
    min-height: #24#px; color: @muted@; border-radius: 5px; }
QPushButton[kind="segment"]:hover { color: @text@; }
QPushButton[kind="segment"]:checked { background: @surface@; color: @text@; border-color: @line@; }
QPushButton[kind="chip"] { border-radius: #14#px; min-height: #28#px; padding: 0 11px;
    background: transparent; border: 1px solid @line@; color: @muted@; }
QPushButton[kind="chip"]:hover { background: @hover@; color: @text@; }
QPushButton[kind="chip"]:checked { background: @accentSoft@; color: @text@; border-color: @accentSoft@; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox { background: @field@; color: @text@;
    border: 1px solid @edge@; border-radius: 6px; padding: 0 8px;
    selection-background-color: @accentFill@; selection-color: @onAccent@; }
QLineEdit, QSpinBox { min-height: #28#px; }
QPlainTextEdit, QTextEdit { padding: 6px; }
QLineEdit QToolButton { min-height: 0; min-width: 0; padding: 0; border: none; background: transparent; }
QLineEdit:hover, QPlainTextEdit:hover, QTextEdit:hover, QSpinBox:hover { border-color: @lineStrong@; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus { border-color: @accent@; }
QLineEdit[invalid="true"], QPlainTextEdit[invalid="true"], QSpinBox[invalid="true"] { border-color: @error@; }
QLineEdit:disabled, QPlainTextEdit:disabled, QSpinBox:disabled { color: @faint@; border-color: @line@;
    background: transparent; }
QLineEdit[kind="bare"] { border: none; background: transparent; padding: 0; }
QSpinBox QLineEdit { border: none; background: transparent; padding: 0; min-height: 0; }
QSpinBox::up-button, QSpinBox::down-button { width: 0; border: none; }
QComboBox QAbstractItemView { background: @raised@; border: 1px solid @line@; padding: 4px; outline: 0;
    selection-background-color: @accentSoft@; selection-color: @text@; }

QMenu { background: @raised@; border: 1px solid @line@; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 12px; border-radius: 4px; }
QMenu::icon { padding-left: 8px; }
QMenu::item:selected { background: @accentSoft@; color: @text@; }
QMenu::item:disabled { color: @faint@; }
QMenu::separator { height: 1px; background: @line@; margin: 4px 8px; }

QAbstractItemView { background: transparent; border: none; outline: 0;
    selection-background-color: @accentSoft@; selection-color: @text@; }
QHeaderView { background: transparent; border: none; border-bottom: 1px solid @line@; }
QHeaderView::section { background: transparent; color: @muted@; border: none; padding: 0 8px;
    min-height: #30#px; }
QHeaderView::section:first { padding-left: 20px; }
QHeaderView::section:hover { color: @text@; }
QHeaderView::down-arrow, QHeaderView::up-arrow { width: 8px; height: 8px; }

QTabBar { background: transparent; border: none; }
QTabBar::tab { background: transparent; color: @muted@; padding: 0 2px 8px 2px; margin-right: 18px;
    border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: @text@; }
QTabBar::tab:selected { color: @text@; border-bottom-color: @accent@; }
QTabBar::tab:disabled { color: @faint@; }
QTabWidget::tab-bar { left: 16px; }
QTabWidget::pane { border: none; border-top: 1px solid @line@; }

QProgressBar { background: @track@; border: none; border-radius: 2px; min-height: 4px; max-height: 4px; }
QProgressBar::chunk { background: @accentFill@; border-radius: 2px; }
QSlider::groove:horizontal { height: 4px; background: @track@; border-radius: 2px; }
QSlider::sub-page:horizontal { background: @accentFill@; border-radius: 2px; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -6px 0; border-radius: 8px;
    background: @surface@; border: 2px solid @accentFill@; }
QSlider::handle:horizontal:hover { background: @accentSoft@; }

QScrollArea, QScrollArea > QWidget > QWidget[ground="none"] { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @scroll@; border-radius: 3px; margin: 2px; min-height: 28px;
    min-width: 28px; }
QScrollBar::handle:hover { background: @lineStrong@; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {
    background: transparent; border: none; width: 0; height: 0; }
QSplitter::handle { background: @line@; }
QSplitter::handle:hover { background: @accent@; }
QGraphicsView { background: transparent; border: none; }
)";

static QHash<QString, QColor> colorsByName(const Tokens &t)
{
    return {
        { QStringLiteral("sunken"), t.sunken },
        { QStringLiteral("surface"), t.surface },
        { QStringLiteral("raised"), t.raised },
        { QStringLiteral("card"), t.card },
        { QStringLiteral("field"), t.field },
        { QStringLiteral("control"), t.control },
        { QStringLiteral("well"), t.well },
        { QStringLiteral("hover"), t.hover },
        { QStringLiteral("pressed"), t.pressed },
        { QStringLiteral("line"), t.line },
        { QStringLiteral("edge"), t.edge },
        { QStringLiteral("lineStrong"), t.lineStrong },
        { QStringLiteral("scroll"), t.scroll },
        { QStringLiteral("text"), t.text },
        { QStringLiteral("muted"), t.muted },
        { QStringLiteral("faint"), t.faint },
        { QStringLiteral("accent"), t.accent },
        { QStringLiteral("accentFill"), t.accentFill },
        { QStringLiteral("accentFillHover"), t.accentFillHover },
        { QStringLiteral("accentSoft"), t.accentSoft },
        { QStringLiteral("onAccent"), t.onAccent },
        { QStringLiteral("ok"), t.ok },
        { QStringLiteral("warn"), t.warn },
        { QStringLiteral("warnSoft"), t.warnSoft },
        { QStringLiteral("error"), t.error },
        { QStringLiteral("errorSoft"), t.errorSoft },
        { QStringLiteral("errorFill"), t.errorFill },
        { QStringLiteral("busy"), t.busy },
        { QStringLiteral("track"), t.track },
    };
}

QString styleSheetFor(const Tokens &tokens)
{
    static const QRegularExpression mark(QStringLiteral("@(\\w+)@|#(\\d+)#"));
    const QString source = QString::fromLatin1(rules);
    const QHash<QString, QColor> colors = colorsByName(tokens);
    QString sheet;
    sheet.reserve(source.size());
    qsizetype from = 0;
    for (auto marks = mark.globalMatch(source); marks.hasNext();) {
        const QRegularExpressionMatch match = marks.next();
        sheet += QStringView(source).mid(from, match.capturedStart() - from);
        if (match.hasCaptured(2)) {
            sheet += QString::number(Theme::px(match.capturedView(2).toInt()));
        } else {
            Q_ASSERT(colors.contains(match.captured(1)));
            sheet += colors.value(match.captured(1)).name();
        }
        from = match.capturedEnd();
    }
    sheet += QStringView(source).mid(from);
    return sheet;
}

} // namespace nephele
